#include "steps/post_render.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <iterator>

#include "base/yaml.h"
#include "cluster/json_access.h"
#include "scenario/loader.h"

namespace e2e {
namespace {

using nlohmann::json;

std::string NameOf(const ObjectPatch& patch) {
  return patch.name.empty() ? "any " + patch.kind : fmt::format("{} {}", patch.kind, patch.name);
}

struct Document {
  std::string text;
  json object;
  bool changed = false;
};

Outcome<std::vector<Document>> Read(const std::string& manifests) {
  std::vector<Document> documents;
  for (const std::string& text : SplitYamlDocuments(manifests)) {
    E2E_TRY(const YamlNode node, YamlNode::Parse(text, "what helm rendered"), "reading what helm rendered");
    documents.push_back({text, node.ToJson()});
  }
  return documents;
}

Status Change(Document& document, const ObjectPatch& patch) {
  json after;
  try {
    after = document.object.patch(patch.operations);
  } catch (const json::exception& problem) {
    return Error(ErrorKind::kExpectation,
                 fmt::format("the patch of {} does not apply: {}", NameOf(patch), problem.what()));
  }
  if (after == document.object) {
    return Error(ErrorKind::kExpectation, fmt::format("the patch of {} changes nothing", NameOf(patch)));
  }
  document.object = std::move(after);
  document.changed = true;
  return {};
}

Status ChangeAll(std::vector<Document>& documents, const ObjectPatch& patch) {
  int found = 0;
  for (Document& document : documents) {
    if (TextAt(document.object, "/kind") != patch.kind) continue;
    if (!patch.name.empty() && TextAt(document.object, "/metadata/name") != patch.name) continue;
    ++found;
    E2E_CHECK(Change(document, patch), "patching");
  }
  if (found > 0) return {};
  return Error(ErrorKind::kExpectation, fmt::format("no object is {}: nothing to patch", NameOf(patch)));
}

}  // namespace

Outcome<std::string> PostRender(const std::vector<ObjectPatch>& patches, const std::string& verb,
                                const std::string& manifests) {
  E2E_TRY(std::vector<Document> documents, Read(manifests), "post-render");
  for (const ObjectPatch& patch : patches) {
    if (patch.when.empty() || patch.when == verb) E2E_CHECK(ChangeAll(documents, patch), "post-render");
  }
  std::string text;
  // JSON is YAML.
  for (const Document& document : documents) {
    text += "---\n" + (document.changed ? document.object.dump(2) : document.text) + "\n";
  }
  return text;
}

int RunPostRenderer(const std::string& mutant_file, const std::string& verb) {
  Problems problems;
  const auto mutant = LoadMutant(mutant_file, problems);
  if (!mutant) {
    std::cerr << Render(problems);
    return 1;
  }
  const std::string manifests{std::istreambuf_iterator<char>(std::cin), {}};
  const auto rendered = PostRender(mutant->patches, verb, manifests);
  if (!rendered) {
    std::cerr << rendered.error().message() << "\n";
    return 1;
  }
  std::cout << *rendered;
  return 0;
}

}  // namespace e2e
