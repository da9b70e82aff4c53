#include "steps/variables.h"

#include <fmt/format.h>

#include <functional>

#include "base/text.h"
#include "scenario/substitution.h"
#include "steps/ports.h"

namespace e2e {
namespace {

constexpr std::size_t kAccounts = 4;

// RFC 4616.
std::string SaslPlain(const Account& account) {
  using namespace std::string_literals;
  return Base64Encode("\0"s + account.address + "\0"s + account.password);
}

// RFC 7617.
std::string HttpBasic(const Account& account) {
  return Base64Encode(account.address + ":" + account.password);
}

struct AccountPart {
  const char* name;
  std::string (*of)(const Account& account);
};
constexpr AccountPart kParts[] = {
    {"address", [](const Account& account) { return account.address; }},
    {"local-part", [](const Account& account) { return account.LocalPart(); }},
    {"domain", [](const Account& account) { return account.Domain(); }},
    {"password", [](const Account& account) { return account.password; }},
    {"base64-plain", SaslPlain},
    {"base64-basic", HttpBasic},
    {"base64-address", [](const Account& account) { return Base64Encode(account.address); }},
    {"base64-password", [](const Account& account) { return Base64Encode(account.password); }},
};

std::string HostName(const World& world) {
  return world.endpoints.empty() ? "" : world.endpoints.begin()->second.host;
}

std::map<std::string, std::string> FixedValues(const World& world) {
  std::map<std::string, std::string> values = {{"run.id", world.run_id},
                                               {"scenario.id", world.scenario_id},
                                               {"host.name", HostName(world)},
                                               {"admin.password", world.admin_password}};
  for (const auto& [name, endpoint] : world.endpoints) values["port." + name] = std::to_string(endpoint.port);
  for (std::size_t i = 0; i < world.accounts.size(); ++i) {
    for (const AccountPart& part : kParts)
      values[fmt::format("user{}.{}", i + 1, part.name)] = part.of(world.accounts[i]);
  }
  return values;
}

std::vector<std::string> MakeNames() {
  std::vector<std::string> names = {"run.id", "scenario.id", "host.name", "admin.password"};
  for (const PortContract& port : kPortContracts) names.push_back("port." + std::string(port.name));
  for (std::size_t i = 1; i <= kAccounts; ++i) {
    for (const AccountPart& part : kParts) names.push_back(fmt::format("user{}.{}", i, part.name));
  }
  return names;
}

// Replaces the texts of a step; puts them back when it is destroyed.
class ReplacedFields : public FieldVisitor {
 public:
  explicit ReplacedFields(const World& world) : world_(world) {}
  ~ReplacedFields() override {
    for (const auto& undo : undo_) undo();
  }
  ReplacedFields(const ReplacedFields&) = delete;
  ReplacedFields& operator=(const ReplacedFields&) = delete;

  void Text(std::string_view, std::string& target, const FieldRule&) override { Replace(target); }
  void Texts(std::string_view, std::vector<std::string>& target, const FieldRule&) override {
    for (std::string& text : target) Replace(text);
  }
  void Object(std::string_view, nlohmann::json& target, const FieldRule&) override {
    undo_.push_back([&target, before = target] { target = before; });
    Take(target, ReplacedIn(world_, target));
  }
  void Number(std::string_view, long long&, const FieldRule&) override {}
  void Flag(std::string_view, bool&, const FieldRule&) override {}
  void Time(std::string_view, Duration&, const FieldRule&) override {}
  void Size(std::string_view, SizeRange&, const FieldRule&) override {}
  void TextMap(std::string_view, std::map<std::string, std::string>& target, const FieldRule&) override {
    for (auto& [name, text] : target) Replace(text);
  }
  void Steps(std::string_view, std::vector<StepSpec>&, const FieldRule&) override {}
  void Group(std::string_view, FieldGroup&, const FieldRule&) override {}
  void Groups(std::string_view, FieldGroups&, const FieldRule&) override {}

  const Status& status() const { return status_; }

 private:
  // Keeps the first problem.
  template <typename T>
  void Take(T& target, Outcome<T> replaced) {
    if (replaced) {
      target = std::move(replaced).value();
    } else if (status_) {
      status_ = replaced.error();
    }
  }
  void Replace(std::string& target) {
    if (target.find("${") == std::string::npos) return;
    undo_.push_back([&target, before = target] { target = before; });
    Take(target, Replaced(world_, target));
  }

  const World& world_;
  std::vector<std::function<void()>> undo_;
  Status status_;
};

Error Redacted(const Error& error, const std::vector<std::string>& secrets) {
  Error redacted(error.kind(), Redact(error.message(), secrets));
  redacted.Detail(Redact(error.detail(), secrets)).Because(error.reason());
  for (const std::string& doing : error.context()) redacted.While(Redact(doing, secrets));
  return error.where() ? redacted.At(*error.where()) : redacted;
}

}  // namespace

const std::vector<std::string>& FixedVariables() {
  static const std::vector<std::string> kNames = MakeNames();
  return kNames;
}

Outcome<std::string> ValueOf(const World& world, const std::string& name) {
  const auto fixed = FixedValues(world);
  if (const auto at = fixed.find(name); at != fixed.end()) return at->second;
  if (const auto at = world.variables.find(name); at != world.variables.end()) return at->second;
  return Error(ErrorKind::kInconclusive, "no step has saved a value \"" + name + "\"");
}

Outcome<std::string> Replaced(const World& world, const std::string& text) {
  return Substitute(text, [&](const std::string& name) { return ValueOf(world, name); });
}

Outcome<nlohmann::json> ReplacedIn(const World& world, nlohmann::json value) {
  if (value.is_string()) {
    E2E_TRY(std::string text, Replaced(world, value.get<std::string>()), "replacing names in a map");
    return nlohmann::json(std::move(text));
  }
  if (!value.is_structured()) return value;
  if (value.is_object()) {
    nlohmann::json replaced = nlohmann::json::object();
    for (auto& [key, inner] : value.items()) {
      E2E_TRY(const std::string name, Replaced(world, key), "replacing names in a map");
      E2E_TRY(replaced[name], ReplacedIn(world, std::move(inner)), "replacing names in a map");
    }
    return replaced;
  }
  for (nlohmann::json& inner : value) {
    E2E_TRY(inner, ReplacedIn(world, std::move(inner)), "replacing names in a map");
  }
  return value;
}

std::vector<std::string> SecretsOf(const World& world) {
  // Before the passwords that they hold, so that nothing of them is left.
  std::vector<std::string> secrets;
  for (const Account& account : world.accounts) {
    secrets.insert(secrets.end(),
                   {SaslPlain(account), HttpBasic(account), Base64Encode(account.password), account.password});
  }
  secrets.push_back(world.admin_password);
  secrets.insert(secrets.end(), world.secrets.begin(), world.secrets.end());
  return secrets;
}

Outcome<std::string> RunStep(Step& step, World& world, Deadline deadline) {
  ReplacedFields replaced(world);
  step.Fields(replaced);
  if (!replaced.status()) return replaced.status().error();
  Outcome<std::string> done = step.Run(world, deadline);
  if (done) return Redact(*done, SecretsOf(world));
  return Redacted(done.error(), SecretsOf(world));
}

}  // namespace e2e
