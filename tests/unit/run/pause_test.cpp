#include "run/pause.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <pty.h>
#include <unistd.h>

namespace e2e {
namespace {

// stdin and stderr are a terminal of the test's own for as long as it lives.
class TerminalTest : public testing::Test {
 protected:
  TerminalTest() : stdin_(dup(STDIN_FILENO)), stderr_(dup(STDERR_FILENO)) {
    int user = -1;
    EXPECT_EQ(openpty(&person_, &user, nullptr, nullptr, nullptr), 0);
    dup2(user, STDIN_FILENO);
    dup2(user, STDERR_FILENO);
    close(user);
  }
  ~TerminalTest() override {
    dup2(stdin_, STDIN_FILENO);
    dup2(stderr_, STDERR_FILENO);
    for (const int fd : {stdin_, stderr_, person_}) close(fd);
  }
  // Everything that is there now.
  std::string Shown() const {
    fcntl(person_, F_SETFL, O_NONBLOCK);
    std::string shown;
    char text[4096];
    for (ssize_t size; (size = read(person_, text, sizeof text)) > 0;)
      shown.append(text, static_cast<std::size_t>(size));
    return shown;
  }

  int person_ = -1;
  Interrupt interrupt_;

 private:
  const int stdin_, stderr_;
};

TEST_F(TerminalTest, EnterEndsThePause) {
  ASSERT_EQ(write(person_, "yes\n", 4), 4);
  PauseForEnter("look at it\n", interrupt_);
  EXPECT_THAT(Shown(), testing::HasSubstr("look at it"));
}

TEST_F(TerminalTest, AnInterruptEndsThePause) {
  interrupt_.Request();
  PauseForEnter("look at it\n", interrupt_);
}

TEST_F(TerminalTest, WithoutATerminalThereIsNone) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  dup2(pipe_ends[0], STDIN_FILENO);
  PauseForEnter("look at it\n", interrupt_);
  for (const int fd : pipe_ends) close(fd);
}

}  // namespace
}  // namespace e2e
