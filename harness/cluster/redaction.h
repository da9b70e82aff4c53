// Redaction: takes secrets that nobody told us of out of what a cluster says.
#pragma once

#include <string>
#include <string_view>

namespace e2e {

// `text` (YAML, JSON in lines, or lines of a log) with *** for whatever stands where a secret does: the value of a key,
// a flag or a variable whose name ends as a secret's ("password", "API_TOKEN"), also of an `env` entry with such a
// name; the data of Secrets among YAML documents; what follows Authorization or Bearer; a password in an address;
// private keys in PEM. References to Secrets and empty values stay. Best effort: secrets that are known go through
// Redact (base/text.h).
std::string RedactUnknown(std::string_view text);

}  // namespace e2e
