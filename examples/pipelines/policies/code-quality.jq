# What `policyc check --format json` prints, as GitLab's code quality report.
[.diagnostics[] | select(.place != null) | {
  description: .message,
  check_name: .code,
  fingerprint,
  severity: ({error: "major", warning: "minor"}[.severity] // "info"),
  location: {path: .place.file, lines: {begin: .place.line}}
}]
