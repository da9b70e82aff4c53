#include "cluster/loaded_images.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace e2e {

using nlohmann::json;

LoadedImages::LoadedImages(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream in(file_);
  const json recorded = json::parse(in, nullptr, false);
  if (!recorded.is_object()) return;
  for (const auto& [name, id] : recorded.items()) {
    if (id.is_string()) ids_[name] = id.get<std::string>();
  }
}

std::vector<std::string> LoadedImages::Missing(const std::vector<std::string>& images,
                                               const std::vector<std::string>& ids) const {
  if (images.size() != ids.size()) return images;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto known = ids_.find(images[i]);
    if (known == ids_.end() || known->second != ids[i]) missing.push_back(images[i]);
  }
  return missing;
}

Status LoadedImages::Add(const std::vector<std::string>& images, const std::vector<std::string>& ids) {
  if (images.size() != ids.size()) return {};
  for (std::size_t i = 0; i < images.size(); ++i) ids_[images[i]] = ids[i];
  std::ofstream out(file_);
  out << json(ids_).dump(2) << "\n";
  out.close();
  if (!out) return Error(ErrorKind::kInfra, file_.string() + " can't be written");
  return {};
}

}  // namespace e2e
