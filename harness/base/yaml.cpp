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

// Makes the tree out of yaml-cpp's events, in one pass. Mistakes are remembered, as broken YAML and a second document
// behind them come first; nesting that no reader of ours could follow without harm to its stack ends it at once.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(const std::string& file) : file_(file) {}

  // Where each document has its first value.
  const std::vector<YAML::Mark>& documents() const { return documents_; }
  // The first alias, or whatever else was wrong first.
  std::optional<Error> Mistake() const { return alias_ ? alias_ : mistake_; }
  // Of the last document.
  const YamlNode& root() const { return *root_; }

  void OnDocumentStart(const YAML::Mark&) override { fresh_ = true; }
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (!alias_) alias_ = Bad("YAML aliases (*name) are not part of the language: write the value out", At(mark));
    Add(Begin(mark, YamlNode::Kind::kNull, ""));
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { Add(Begin(mark, YamlNode::Kind::kNull, "")); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& text) override {
    if (AtKey()) CheckKey(mark, text);
    const auto data = Begin(mark, YamlNode::Kind::kScalar, tag);
    data->scalar = text;
    data->quoted = tag == "!";
    Add(data);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    Descend(mark, YamlNode::Kind::kSequence, tag);
  }
  void OnSequenceEnd() override { Ascend(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    Descend(mark, YamlNode::Kind::kMap, tag);
  }
  void OnMapEnd() override { Ascend(); }

 private:
  using Shared = std::shared_ptr<YamlNode::Data>;
  // A map or a list that is not complete yet.
  struct Open {
    Shared data;
    std::set<std::string> keys;
    // Of a map, when its value is still to come.
    std::optional<YamlNode> key;
  };

  SourceLocation At(const YAML::Mark& mark) const { return Place(mark, file_); }
  void Wrong(std::string message, const YAML::Mark& mark) {
    if (!mistake_) mistake_ = Bad(std::move(message), At(mark));
  }
  bool AtKey() const { return !open_.empty() && open_.back().data->kind == YamlNode::Kind::kMap && !open_.back().key; }

  void CheckKey(const YAML::Mark& mark, const std::string& key) {
    if (key == "<<") Wrong("YAML merge keys (<<) are not part of the language: write the keys out", mark);
    if (!open_.back().keys.insert(key).second) Wrong("key \"" + key + "\" stands twice in the same map", mark);
  }

  Shared Begin(const YAML::Mark& mark, YamlNode::Kind kind, const std::string& tag) {
    if (std::exchange(fresh_, false)) documents_.push_back(mark);
    if (kind != YamlNode::Kind::kScalar && AtKey()) Wrong("a key must be plain text", mark);
    if (!tag.empty() && tag != "?" && tag != "!") Wrong("YAML tags are not part of the language: " + tag, mark);
    auto data = std::make_shared<YamlNode::Data>();
    data->kind = kind;
    data->where = At(mark);
    return data;
  }
  void Add(Shared data) {
    YamlNode node(std::move(data));
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (Open& parent = open_.back(); parent.data->kind == YamlNode::Kind::kSequence) {
      parent.data->items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      parent.data->entries.emplace_back(*std::exchange(parent.key, std::nullopt), std::move(node));
    }
  }
  void Descend(const YAML::Mark& mark, YamlNode::Kind kind, const std::string& tag) {
    const auto data = Begin(mark, kind, tag);
    if (open_.size() == kMaxDepth) {
      throw YAML::ParserException(mark, "maps and lists are nested more than " + std::to_string(kMaxDepth) + " deep");
    }
    open_.push_back({data, {}, {}});
  }
  void Ascend() {
    Shared data = std::move(open_.back().data);
    open_.pop_back();
    Add(std::move(data));
  }

  static constexpr std::size_t kMaxDepth = 64;
  const std::string& file_;
  bool fresh_ = false;
  std::vector<Open> open_;
  std::vector<YAML::Mark> documents_;
  std::optional<YamlNode> root_;
  std::optional<Error> alias_, mistake_;
};

}  // namespace

Outcome<YamlNode> YamlNode::Parse(std::string_view text, const std::string& file) {
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Builder builder(file);
    // Ends with the second document: out of some broken texts yaml-cpp makes documents without end.
    while (builder.documents().size() < 2 && parser.HandleNextDocument(builder)) continue;
    if (builder.documents().empty()) return Bad("the file is empty", {file, 1, 1});
    if (builder.documents().size() > 1) {
      return Bad("more than one YAML document in the file", Place(builder.documents()[1], file));
    }
    if (const auto mistake = builder.Mistake()) return *mistake;
    return builder.root();
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
