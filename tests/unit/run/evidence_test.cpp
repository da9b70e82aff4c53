#include "run/evidence.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "run/excerpt.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Evidence : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    const auto file = dir_.path() / "scenarios/a-b" / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::string Html(const std::string& verdict) {
    return EvidenceHtml(dir_.path(), {{"id", "a/b"}, {"verdict", verdict}, {"artifacts", "/elsewhere/scenarios/a-b"}});
  }

  TempDir dir_;
};

TEST_F(Evidence, BeginsWithWhatTellsMost) {
  Write("scenario.log", "the log\n");
  Write("diagnostics/summary.txt", "pod <x> is not ready\n");
  Write("diagnostics/node/kubelet.log", "of the kubelet\n");
  const std::string page = Html("FAIL");
  EXPECT_LT(page.find("pod &lt;x&gt; is not ready"), page.find("the log"));
  EXPECT_THAT(page, HasSubstr("<a href=\"scenarios/a-b/diagnostics/node/kubelet.log\">"));
  EXPECT_THAT(page, Not(HasSubstr("of the kubelet"))) << "only linked";
}

TEST_F(Evidence, ShowsTheEndOfALongFile) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i) + "\n";
  Write("scenario.log", text);
  const std::string page = Html("INFRA");
  EXPECT_THAT(page, HasSubstr("line 4975\n"));
  EXPECT_THAT(page, HasSubstr("line 4999"));
  EXPECT_THAT(page, Not(HasSubstr("line 4974\n")));
  Write("scenario.log", std::string(100'000, 'x'));
  EXPECT_LT(Html("INFRA").size(), 10'000u);
}

TEST_F(Evidence, NamesFilesSoThatABrowserFindsThem) {
  Write("a \"b\"#<c>?.txt", "x");
  EXPECT_THAT(Html("FAIL"),
              HasSubstr("<a href=\"scenarios/a-b/a%20%22b%22%23%3Cc%3E%3F.txt\">a &quot;b&quot;#&lt;c&gt;?.txt</a>"));
}

TEST_F(Evidence, IsNothingOfAPassAndOfNothing) {
  EXPECT_THAT(Html("FAIL"), IsEmpty());
  Write("scenario.log", "x");
  EXPECT_THAT(Html("PASS"), IsEmpty());
}

TEST(Excerpt, ShowsTheLineBetweenItsNeighbours) {
  const TempDir dir;
  const std::string file = (dir.path() / "a.yaml").string();
  std::ofstream(file) << "one\ntwo\nthree\nfour\nfive\nsix\n";
  EXPECT_EQ(Excerpt({file, 4, 1}), "     2  two\n     3  three\n>    4  four\n     5  five\n     6  six\n");
  EXPECT_EQ(Excerpt({file, 1, 0}), ">    1  one\n     2  two\n     3  three\n");
  EXPECT_EQ(Excerpt({file, 6, 0}), "     4  four\n     5  five\n>    6  six\n");
  EXPECT_EQ(Excerpt({file, 9, 0}), "");
  EXPECT_EQ(Excerpt({file, 0, 0}), "");
  EXPECT_EQ(Excerpt({file + "x", 1, 0}), "");
}

}  // namespace
}  // namespace e2e
