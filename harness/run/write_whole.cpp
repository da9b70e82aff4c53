#include "run/write_whole.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace e2e {

Status WriteWhole(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path beside = path.string() + ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  std::error_code code;
  if (out) std::filesystem::rename(beside, path, code);
  if (!out || code) {
    return Error(ErrorKind::kInfra, fmt::format("{} can't be written: {}", path.string(),
                                                code ? code.message() : std::string(std::strerror(errno))));
  }
  return {};
}

}  // namespace e2e
