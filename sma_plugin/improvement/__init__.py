"""The improvement plan (verbeterplan): what captures of an account lack, what is done about it, what closed it."""
