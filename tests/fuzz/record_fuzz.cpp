// The files that a run leaves and reads again, and the kubeconfig, that hold anything.
#include <nlohmann/json.hpp>

#include <cstdint>

#include "cluster/kubeconfig.h"
#include "run/recorded_run.h"
#include "run/result_json.h"
#include "support/temp_dir.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2e;
  static const TempDir folder;
  const std::string text(reinterpret_cast<const char*>(data), size);
  folder.Write("report.json", text);
  (void)ReadRecord(folder.path());
  (void)Kubeconfig::Read(folder.Write("kubeconfig", text));
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_discarded()) (void)ResultFromJson(object);
  return 0;
}
