"""Teaching: examples by staff, trainings in the background, the comparison of models, and which model is live."""
