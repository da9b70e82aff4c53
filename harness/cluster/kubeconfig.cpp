#include "cluster/kubeconfig.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/yaml.h"

namespace e2e {
namespace {

// The scalar at a path of keys below the first item of the list `list`.
Outcome<std::string> Field(const YamlNode& file, std::string_view list, const std::vector<std::string>& keys) {
  const YamlNode* node = file.Find(list);
  if (node != nullptr) node = node->IsSequence() && !node->Items().empty() ? &node->Items().front() : nullptr;
  for (const std::string& key : keys) node = node == nullptr || !node->IsMap() ? nullptr : node->Find(key);
  if (node == nullptr || !node->IsScalar() || node->Scalar().empty()) {
    return Error(ErrorKind::kInfra, fmt::format("the kubeconfig has no {}[0].{}", list, Join(keys, ".")))
        .At({file.where().file, 0, 0});
  }
  return node->Scalar();
}

Outcome<std::string> Pem(const YamlNode& file, std::string_view list, const std::vector<std::string>& keys) {
  E2E_TRY(const std::string encoded, Field(file, list, keys), "reading a certificate");
  if (auto pem = Base64Decode(encoded)) return *pem;
  return Error(ErrorKind::kInfra, fmt::format("{} in the kubeconfig is not base64", keys.back()))
      .At({file.where().file, 0, 0});
}

// "https://127.0.0.1:34567", which is all that kind writes.
Outcome<Endpoint> ServerFrom(const std::string& url) {
  constexpr std::string_view kScheme = "https://";
  const std::size_t colon = url.rfind(':');
  if (url.starts_with(kScheme) && colon > kScheme.size() && colon != std::string::npos) {
    const auto port = ParseInt(url.substr(colon + 1));
    const std::string host = url.substr(kScheme.size(), colon - kScheme.size());
    if (port && *port > 0 && *port < 65536) return Endpoint{host, host, static_cast<std::uint16_t>(*port)};
  }
  return Error(ErrorKind::kInfra, fmt::format("the kubeconfig's server {} is not https://ADDRESS:PORT", url));
}

}  // namespace

Outcome<Kubeconfig> Kubeconfig::Read(const std::filesystem::path& path) {
  const std::string doing = "reading the kubeconfig " + path.string();
  auto file = YamlNode::ParseFile(path.string());
  if (!file) return Error(ErrorKind::kInfra, file.error().message()).While(doing);
  if (!file->IsMap()) return Error(ErrorKind::kInfra, "the kubeconfig is not a map").While(doing);
  E2E_TRY(const std::string server, Field(*file, "clusters", {"cluster", "server"}), doing);
  Kubeconfig config;
  E2E_TRY(config.server, ServerFrom(server), doing);
  E2E_TRY(config.ca_pem, Pem(*file, "clusters", {"cluster", "certificate-authority-data"}), doing);
  E2E_TRY(config.client.cert_pem, Pem(*file, "users", {"user", "client-certificate-data"}), doing);
  E2E_TRY(config.client.key_pem, Pem(*file, "users", {"user", "client-key-data"}), doing);
  return config;
}

}  // namespace e2e
