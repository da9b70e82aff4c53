// StreamFields: what mail.load and mail.traffic have in common.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "steps/ports.h"
#include "steps/size_mix.h"

namespace e2e {

struct StreamFields {
  std::string via = "submission";
  long long sessions = 1;
  // 0: no limit.
  long long rate = 0;
  SizeRange size;
  std::map<std::string, std::string> sizes = {};
  long long seed = 1;

  void Visit(FieldVisitor& visitor, const std::vector<std::string>& ports) {
    visitor.Text("via", via, {.help = "port of the Service", .choices = ports});
    visitor.Number("sessions", sessions, {.help = "connections at the same time", .min = 1, .max = 64});
    visitor.Number("rate", rate, {.help = "messages or changes a second at most", .min = 1, .max = 1000});
    visitor.Size("size", size, {.help = "octets of a message", .min = 512, .max = 64 * 1024 * 1024});
    visitor.TextMap("sizes", sizes, {.help = "sizes and how often each comes, such as 4KiB: 70; instead of size"});
    visitor.Number("seed", seed, {.help = "another one gives other sizes and changes", .min = 0});
  }
  // What is wrong with `sizes`; empty: nothing.
  std::string Check() const {
    if (sizes.empty()) return "";
    const auto mix = SizeMix::Parse(sizes);
    return mix ? "" : "\"sizes\": " + mix.error().message();
  }
  SizeMix Mix() const { return sizes.empty() ? SizeMix(size) : *SizeMix::Parse(sizes); }
};

}  // namespace e2e
