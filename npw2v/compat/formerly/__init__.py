"""The places that classes had before npw2v had folders: pickles of then name `npw2v.keyedvectors` and others of these.

`npw2v` and `npw2v.compat` look here for modules that they do not have themselves. Nothing else imports them.
"""
