// The file of a ledger with changes: read back whole, cut off, of before, and with lines of others.
#include <gmock/gmock.h>

#include <fstream>

#include "unit/steps/ledger_changes_fixture.h"

namespace e2e {
namespace {

TEST_F(LedgerChangesTest, WhatWasReadBackComesBackWhole) {
  Append("m", Ack::kOk);
  const Findings found{{In("a", "m", 1, "\\Seen")}, {{kUser, "a", 9, 2}}, {{kUser, "s", "one", true}}};
  EXPECT_THAT(ledger_->ReadBack(found), Succeeds());
  const auto read = Ledger::Read(file_);
  ASSERT_TRUE(read->found());
  EXPECT_EQ(read->found()->messages.front().flags, FlagsOf("\\Seen"));
  EXPECT_EQ(read->found()->mailboxes.front().uidnext, 2u);
  EXPECT_EQ(read->found()->scripts.front().name, "s");
  EXPECT_TRUE(read->found()->scripts.front().active);
  Store("m", "", std::nullopt);
  EXPECT_FALSE(Ledger::Read(file_)->found()) << "it says nothing of what was done behind it";
}

TEST_F(LedgerChangesTest, AnAnswerThatWasCutOffLeavesTheChangeOpen) {
  Append("m", Ack::kOk);
  Move("m", Ack::kOk);
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) - 1);
  const auto read = Ledger::Read(file_);
  EXPECT_TRUE(read->torn());
  EXPECT_EQ(read->changes().begun, 1u);
  EXPECT_EQ(read->changes().acknowledged, 0u);
  EXPECT_TRUE(read->Classify({{In("a", "m")}, {}, {}}).Clean());
  EXPECT_TRUE(read->Classify({{In("b", "m")}, {}, {}}).Clean());
}

TEST_F(LedgerChangesTest, LinesThatFitNothingAreLeftOut) {
  Append("m", Ack::kOk);
  std::ofstream(file_, std::ios::app)
      << R"({"op":"changing","id":"x","kind":"move","account":"u","subject":"none","from":"a","to":"b"})"
      << "\n{\"op\":\"changing\",\"id\":\"y\",\"kind\":\"burn\",\"subject\":\"m\"}\n{\"op\":\"changed\",\"id\":\"z\"}\n"
      << "{\"op\":\"found\",\"id\":\"m\"}\n{\"op\":\"found-script\",\"active\":7}\n";
  const auto read = Ledger::Read(file_);
  ASSERT_THAT(read, Succeeds());
  EXPECT_EQ(read->changes().begun, 0u);
  EXPECT_FALSE(read->found());
  EXPECT_TRUE(read->Classify({{In("a", "m")}, {}, {}}).Clean());
}

// As harnesses wrote it that knew deliveries only.
TEST_F(LedgerChangesTest, AFileOfDeliveriesIsReadAsBefore) {
  const auto old = dir_ / "old.jsonl";
  std::ofstream(old)
      << R"({"op":"sending","id":"a","account":"u@example.org","sha256":"sha-a","size":7})"
         "\n"
      << R"({"op":"answered","id":"a","ack":"ok","reply":"250 ok"})"
         "\n"
      << R"({"op":"sending","id":"b","account":"u@example.org","sha256":"sha-b","size":7})"
         "\n"
      << R"({"op":"seen","account":"u@example.org","mailbox":"INBOX","uidvalidity":9,"uid":1,"id":"a","sha256":"sha-a"})"
         "\n"
      << R"({"op":"read-back","messages":1})"
         "\n"
      << R"({"op":"found","account":"u@example.org","mailbox":"INBOX","uidvalidity":9,"uid":1,"id":"a","sha256":"sha-a"})"
         "\n";
  const auto read = Ledger::Read(old);
  ASSERT_THAT(read, Succeeds());
  ASSERT_TRUE(read->found());
  EXPECT_EQ(
      read->Classify(*read->found()).Summary(),
      "1 acknowledged: 0 lost, 0 corrupt, 0 duplicate, 0 phantom, 0 resurrected, 0 recovered, 0 stale, 0 flags, 0 "
      "scripts");
  EXPECT_TRUE(read->Delivers());
}

}  // namespace
}  // namespace e2e
