#include "base/yaml.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>

#include "base/text.h"

namespace e2e {

struct YamlNode::Data {
  Kind kind = Kind::kNull;
  SourceLocation where;
  std::string scalar;
  bool quoted = false;
  std::vector<YamlNode> items;
  std::vector<std::pair<YamlNode, YamlNode>> entries;
};

namespace {

SourceLocation Place(const YAML::Mark& mark, const std::string& file) {
  if (mark.is_null()) return {file, 0, 0};
  return {file, mark.line + 1, mark.column + 1};  // yaml-cpp counts from zero
}

Error Bad(std::string message, SourceLocation where) {
  return Error(ErrorKind::kBadScenario, std::move(message)).At(std::move(where));
}

class Converter {
 public:
  explicit Converter(const std::string& file) : file_(file) {}

  Outcome<YamlNode> Convert(const YAML::Node& node) {
    auto data = std::make_shared<YamlNode::Data>();
    data->where = Place(node.Mark(), file_);
    const std::string& tag = node.Tag();
    if (!tag.empty() && tag != "?" && tag != "!")
      return Bad("YAML tags are not part of the language: " + tag, data->where);
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null: break;
      case YAML::NodeType::Scalar:
        data->kind = YamlNode::Kind::kScalar;
        data->scalar = node.Scalar();
        data->quoted = tag == "!";
        break;
      case YAML::NodeType::Sequence: {
        data->kind = YamlNode::Kind::kSequence;
        for (const YAML::Node& item : node) {
          E2E_TRY(YamlNode converted, Convert(item), "reading a list");
          data->items.push_back(std::move(converted));
        }
        break;
      }
      case YAML::NodeType::Map: {
        E2E_CHECK(ConvertMap(node, *data), "reading a map");
        break;
      }
    }
    return YamlNode(std::move(data));
  }

 private:
  Status ConvertMap(const YAML::Node& node, YamlNode::Data& data) {
    data.kind = YamlNode::Kind::kMap;
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const SourceLocation where = Place(entry.first.Mark(), file_);
      if (!entry.first.IsScalar()) return Bad("a key must be plain text", where);
      const std::string key = entry.first.Scalar();
      if (key == "<<") return Bad("YAML merge keys (<<) are not part of the language: write the keys out", where);
      if (!seen.insert(key).second) return Bad("key \"" + key + "\" stands twice in the same map", where);
      E2E_TRY(YamlNode name, Convert(entry.first), "reading a key");
      E2E_TRY(YamlNode value, Convert(entry.second), "reading " + key);
      data.entries.emplace_back(std::move(name), std::move(value));
    }
    return {};
  }

  const std::string& file_;
};

// Looks at a text before any tree is made of it. Finds the first alias: in the tree it would point at its anchor's
// place. Ends at nesting that no reader of ours could follow without harm to its stack.
class Preview : public YAML::EventHandler {
 public:
  // Where each document has its first value, as far as it was looked at.
  const std::vector<YAML::Mark>& documents() const { return documents_; }
  const std::optional<YAML::Mark>& alias() const { return alias_; }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Value(mark);
    if (!alias_) alias_ = mark;
  }
  void OnDocumentStart(const YAML::Mark&) override { fresh_ = true; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { Value(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t, const std::string&) override {
    Value(mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    Descend(mark);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    Descend(mark);
  }
  void OnMapEnd() override { --depth_; }

 private:
  void Value(const YAML::Mark& mark) {
    if (std::exchange(fresh_, false)) documents_.push_back(mark);
  }
  void Descend(const YAML::Mark& mark) {
    Value(mark);
    if (++depth_ > kMaxDepth) {
      throw YAML::ParserException(mark, "maps and lists are nested more than " + std::to_string(kMaxDepth) + " deep");
    }
  }

  static constexpr int kMaxDepth = 64;
  int depth_ = 0;
  bool fresh_ = false;
  std::vector<YAML::Mark> documents_;
  std::optional<YAML::Mark> alias_;
};

// Throws as yaml-cpp does. Ends with the second document: out of some broken texts yaml-cpp makes documents without
// end.
Preview LookAt(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  Preview preview;
  while (preview.documents().size() < 2 && parser.HandleNextDocument(preview)) continue;
  return preview;
}

}  // namespace

Outcome<YamlNode> YamlNode::Parse(std::string_view text, const std::string& file) {
  try {
    const Preview preview = LookAt(std::string(text));
    if (preview.documents().empty()) return Bad("the file is empty", {file, 1, 1});
    if (preview.documents().size() > 1) {
      return Bad("more than one YAML document in the file", Place(preview.documents()[1], file));
    }
    if (const auto& alias = preview.alias()) {
      return Bad("YAML aliases (*name) are not part of the language: write the value out", Place(*alias, file));
    }
    auto converted = Converter(file).Convert(YAML::Load(std::string(text)));
    // The chain of maps and lists says nothing that the location does not say better.
    if (!converted) return Bad(converted.error().message(), *converted.error().where());
    return converted;
  } catch (const YAML::Exception& problem) {
    return Bad("broken YAML: " + problem.msg, Place(problem.mark, file));
  }
}

Outcome<YamlNode> YamlNode::ParseFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Bad(std::string("can't be read: ") + std::strerror(errno), {path, 0, 0});
  std::error_code unknown;
  if (const auto size = std::filesystem::file_size(path, unknown); !unknown && size > kMaxYamlFile) {
    return Bad(fmt::format("has {} octets, more than the 1 MiB that is read", size), {path, 0, 0});
  }
  std::string text;
  try {
    text.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  } catch (const std::ios_base::failure&) {  // a folder opens like a file
    return Bad(std::string("can't be read: ") + std::strerror(errno), {path, 0, 0});
  }
  return Parse(text, path);
}

std::vector<std::string> SplitYamlDocuments(std::string_view text) {
  std::vector<std::string> documents;
  std::string document;
  bool holds_something = false;
  const auto finish = [&] {
    if (std::exchange(holds_something, false)) documents.push_back(document);
    document.clear();
  };
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    const std::string_view line = rest.substr(0, end + 1);
    rest.remove_prefix(end + 1);
    // What belongs to a block scalar is indented, so the marker can't be text.
    if (line.starts_with("---") && (line.size() == 3 || line.find_first_of(" \t\r\n") == 3)) {
      finish();
      continue;
    }
    const std::string_view content = Trim(line);
    holds_something = holds_something || (!content.empty() && content.front() != '#');
    document += line;
  }
  finish();
  return documents;
}

YamlNode::Kind YamlNode::kind() const {
  return data_->kind;
}
const SourceLocation& YamlNode::where() const {
  return data_->where;
}
const std::string& YamlNode::Scalar() const {
  return data_->scalar;
}
bool YamlNode::Quoted() const {
  return data_->quoted;
}
const std::vector<YamlNode>& YamlNode::Items() const {
  return data_->items;
}
const std::vector<std::pair<YamlNode, YamlNode>>& YamlNode::Entries() const {
  return data_->entries;
}

std::string_view YamlNode::KindText() const {
  switch (kind()) {
    case Kind::kNull: return "nothing";
    case Kind::kScalar: return "text";
    case Kind::kSequence: return "a list";
    case Kind::kMap: return "a map";
  }
  return "something else";
}

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const auto& [name, value] : data_->entries) {
    if (name.Scalar() == key) return &value;
  }
  return nullptr;
}

nlohmann::json YamlNode::ToJson() const {
  switch (kind()) {
    case Kind::kNull: return nullptr;
    case Kind::kSequence: {
      nlohmann::json list = nlohmann::json::array();
      for (const YamlNode& item : Items()) list.push_back(item.ToJson());
      return list;
    }
    case Kind::kMap: {
      nlohmann::json map = nlohmann::json::object();
      for (const auto& [key, value] : Entries()) map[key.Scalar()] = value.ToJson();
      return map;
    }
    case Kind::kScalar: break;
  }
  if (Quoted()) return Scalar();
  if (Scalar() == "true") return true;
  if (Scalar() == "false") return false;
  if (auto number = ParseInt(Scalar())) return *number;
  return Scalar();
}

}  // namespace e2e
