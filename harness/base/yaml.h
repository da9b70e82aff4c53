// YamlNode: a parsed YAML value that knows its place in the file; the only door to yaml-cpp.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/outcome.h"

namespace e2e {

// Octets. Files of people are far smaller, and what yaml-cpp makes of a large one takes many times its size.
inline constexpr std::size_t kMaxYamlFile = 1 << 20;

// Value type, cheap to copy. Strict where YAML is lax: exactly one document; duplicate keys, aliases, tags
// and merge keys are errors of Parse, because a reader of the file would not expect what they do. So is nesting deeper
// than 64.
class YamlNode {
 public:
  enum class Kind { kNull, kScalar, kSequence, kMap };

  // `file` names the text in messages. The error is kBadScenario with file, line and column.
  static Outcome<YamlNode> Parse(std::string_view text, const std::string& file);
  // Reads a file; an unreadable one is kBadScenario with the system's reason, and so is one beyond kMaxYamlFile.
  static Outcome<YamlNode> ParseFile(const std::string& path);

  Kind kind() const;
  bool IsMap() const { return kind() == Kind::kMap; }
  bool IsSequence() const { return kind() == Kind::kSequence; }
  bool IsScalar() const { return kind() == Kind::kScalar; }
  bool IsNull() const { return kind() == Kind::kNull; }
  // "a map", "a list", "text", "nothing": for messages.
  std::string_view KindText() const;
  const SourceLocation& where() const;

  // The text of a scalar as written, without YAML's own ideas of numbers; empty for other kinds.
  const std::string& Scalar() const;
  // True when the scalar was written in quotes: then it is text, whatever it looks like.
  bool Quoted() const;
  const std::vector<YamlNode>& Items() const;
  // In the file's order; the key is a scalar node, so that a message can point at it.
  const std::vector<std::pair<YamlNode, YamlNode>>& Entries() const;
  // The value of `key` in a map, or null.
  const YamlNode* Find(std::string_view key) const;

  // Plain scalars become booleans (true, false), integers, or text; quoted ones stay text.
  nlohmann::json ToJson() const;

  struct Data;
  explicit YamlNode(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

 private:
  std::shared_ptr<const Data> data_;
};

// The documents of a stream (YAML 1.2, 9.2) as texts of their own, in order, for a reader that takes one document.
// Those that hold nothing but comments are left out.
std::vector<std::string> SplitYamlDocuments(std::string_view text);

}  // namespace e2e
