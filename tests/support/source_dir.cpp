#include "support/source_dir.h"

namespace e2e {

std::filesystem::path SourceDir() {
  return E2E_SOURCE_DIR;
}

}  // namespace e2e
