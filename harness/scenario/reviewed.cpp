#include "scenario/reviewed.h"

namespace e2e {
namespace {

struct UnguardedFields : FieldGroup {
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("because", entry.because, {.help = "why no mutant breaks them", .required = true});
    visitor.Texts("items", entry.items, {.help = "what no mutant breaks", .required = true});
  }
  Unguarded entry;
};

struct DecidingFields : FieldGroup {
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("part", entry.part, {.help = "a part of what is rendered", .required = true});
    visitor.Texts("values", entry.values, {.help = "the values that decide it", .required = true});
  }
  Deciding entry;
};

}  // namespace

std::optional<Reviewed> LoadReviewed(const std::filesystem::path& file, Problems& problems) {
  Reviewed reviewed;
  if (!std::filesystem::exists(file)) return reviewed;
  const std::size_t before = problems.size();
  auto document = YamlNode::ParseFile(file.string());
  if (!document) {
    problems.push_back(document.error());
    return std::nullopt;
  }
  std::string name;
  FieldGroupsOf<UnguardedFields> unguarded;
  FieldGroupsOf<DecidingFields> deciding;
  YamlFields fields(*document, "the reviewed list", problems);
  fields.Text("name", name, {.help = "what the list is", .required = true});
  fields.Groups("unguarded", unguarded, {.help = "what no mutant breaks"});
  fields.Groups("deciding", deciding, {.help = "values that are guarded with a part"});
  fields.Finish();
  if (problems.size() > before) return std::nullopt;
  for (UnguardedFields& one : unguarded.items) {
    one.entry.where = one.where;
    reviewed.unguarded.push_back(std::move(one.entry));
  }
  for (DecidingFields& one : deciding.items) {
    one.entry.where = one.where;
    reviewed.deciding.push_back(std::move(one.entry));
  }
  return reviewed;
}

}  // namespace e2e
