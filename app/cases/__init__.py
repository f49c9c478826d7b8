"""The case file behind every door: reference and secret, applicant, timeline, tracker."""
