#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "support/loopback_server.h"
#include "support/net_fixture.h"

namespace e2e {
namespace {

using testing::HasSubstr;

const std::string kEmptyOk = "S+ HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n";

class HttpClientTest : public NetFixture {
 protected:
  static HttpRequest To(const LoopbackServer& server, std::string path = "/") {
    HttpRequest request;
    request.endpoint = server.At("mail.example.org");
    request.path = std::move(path);
    return request;
  }
  ErrorKind KindOf(const LoopbackServer& server, Deadline deadline) {
    const auto response = client_.Send(To(server), deadline);
    EXPECT_FALSE(response);
    if (response) return ErrorKind::kInternal;
    message_ = response.error().Render();
    return response.error().kind();
  }

  std::string message_;
  const TestCertificate certificate_ = MakeTestCertificate({"DNS:mail.example.org", "IP:127.0.0.1"});
  HttpClient client_{clock_, interrupt_};
};

TEST_F(HttpClientTest, SendsEverythingAndReadsEverything) {
  LoopbackServer server(
      {"C! http", "S+ HTTP/1.1 201 Made\\r\\nX-One: a\\r\\nx-one: b\\r\\nContent-Length: 5\\r\\n\\r\\nhello"});
  HttpRequest request = To(server, "/api/../x?a=b");
  request.method = "POST";
  request.body = "{}";
  request.content_type = "application/json";
  request.headers = {{"X-Test", "yes"}};
  request.basic = Credentials{"admin", "secret"};
  const auto response = client_.Send(request, Soon());
  ASSERT_TRUE(response) << response.error().Render();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->headers.at("x-one"), "a, b");
  EXPECT_EQ(response->body, "hello");
  const std::string sent = server.received().at(0);
  EXPECT_THAT(sent, HasSubstr("POST /api/../x?a=b HTTP/1.1\n"));
  EXPECT_THAT(sent, HasSubstr("Host: mail.example.org:" + std::to_string(server.port()) + "\n"));
  EXPECT_THAT(sent, HasSubstr("Content-Type: application/json\n"));
  EXPECT_THAT(sent, HasSubstr("X-Test: yes\n"));
  EXPECT_THAT(sent, HasSubstr("Authorization: Basic YWRtaW46c2VjcmV0\n"));
  EXPECT_THAT(sent, HasSubstr("\n\n{}"));
}

TEST_F(HttpClientTest, AnyStatusIsAValue) {
  LoopbackServer server({"C! http", "S+ HTTP/1.1 503 No\\r\\nContent-Length: 4\\r\\n\\r\\nbusy", "C! http",
                         "S+ HTTP/1.1 302 Found\\r\\nLocation: /else\\r\\nContent-Length: 0\\r\\n\\r\\n"});
  auto response = client_.Send(To(server), Soon());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, "busy");
  response = client_.Send(To(server), Soon());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
}

TEST_F(HttpClientTest, ReusesTheConnectionForSafeRequestsOnly) {
  LoopbackServer server({}, {{"C! http", kEmptyOk, "C! http", kEmptyOk}, {"C! http", kEmptyOk}});
  ASSERT_TRUE(client_.Send(To(server), Soon()));
  ASSERT_TRUE(client_.Send(To(server), Soon()));
  // The server serves one connection after the other, so that the first one has to end before.
  client_ = HttpClient(clock_, interrupt_);
  HttpRequest post = To(server);
  post.method = "POST";
  ASSERT_TRUE(client_.Send(post, Soon()));
}

TEST_F(HttpClientTest, PostNeverTravelsOnAUsedConnection) {
  LoopbackServer server({}, {{"C! http", kEmptyOk, "S! close"}, {"C! http", kEmptyOk}});
  ASSERT_TRUE(client_.Send(To(server), Soon()));
  HttpRequest post = To(server);
  post.method = "POST";
  ASSERT_TRUE(client_.Send(post, Soon()));
}

TEST_F(HttpClientTest, HeadAndDeleteHaveNoBody) {
  LoopbackServer server({"C! http", "S+ HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\n", "C! http", kEmptyOk});
  HttpRequest request = To(server);
  request.method = "HEAD";
  auto response = client_.Send(request, Soon());
  ASSERT_TRUE(response) << response.error().Render();
  EXPECT_EQ(response->body, "");
  request.method = "DELETE";
  ASSERT_TRUE(client_.Send(request, Soon()));
  EXPECT_THAT(server.received().at(1), HasSubstr("DELETE / HTTP/1.1"));
}

TEST_F(HttpClientTest, MutualTlsToAnAddress) {
  const TestCertificate client = MakeTestCertificate({"DNS:client"});
  LoopbackServer server({"S! tls", "C! http", kEmptyOk, "C! http", kEmptyOk}, {certificate_, client.cert_pem});
  HttpRequest request = To(server);
  request.scheme = "https";
  request.endpoint.host = "127.0.0.1";
  request.trust.ca_pem = certificate_.cert_pem;
  request.client = ClientCertificate{client.cert_pem, client.key_pem};
  for (int i = 0; i < 2; ++i) {
    const auto response = client_.Send(request, Soon());
    ASSERT_TRUE(response) << response.error().Render();
    EXPECT_EQ(response->status, 200);
  }
}

TEST_F(HttpClientTest, WrongAuthorityIsATlsFailure) {
  LoopbackServer server({"S! tls-fails"}, {certificate_, ""});
  HttpRequest request = To(server);
  request.scheme = "https";
  request.trust.ca_pem = MakeTestCertificate({"DNS:mail.example.org"}).cert_pem;
  const auto response = client_.Send(request, Soon());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind(), ErrorKind::kTransport);
  EXPECT_THAT(response.error().message(), HasSubstr("TLS failed"));
}

TEST_F(HttpClientTest, WrongNameIsATlsFailure) {
  LoopbackServer server({"S! tls-fails"}, {certificate_, ""});
  HttpRequest request = To(server);
  request.scheme = "https";
  request.endpoint.host = "other.example.net";
  request.trust.ca_pem = certificate_.cert_pem;
  const auto response = client_.Send(request, Soon());
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message(), HasSubstr("TLS failed"));
}

TEST_F(HttpClientTest, RefusedNamesTheRequest) {
  HttpRequest request;
  request.endpoint = {"mail.example.org", "127.0.0.1",
                      LoopbackServer({}, std::vector<LoopbackServer::Script>{}).port()};
  const auto response = client_.Send(request, Soon());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind(), ErrorKind::kTransport);
  EXPECT_THAT(response.error().message(), HasSubstr(request.Text()));
  EXPECT_THAT(response.error().message(), HasSubstr("port mapping"));
}

TEST_F(HttpClientTest, ClosedBeforeAnAnswer) {
  LoopbackServer server({"C! http", "S! close"});
  EXPECT_EQ(KindOf(server, Soon()), ErrorKind::kTransport);
  EXPECT_THAT(message_, HasSubstr("closed by the server before an answer"));
}

TEST_F(HttpClientTest, ResetBeforeAnAnswer) {
  LoopbackServer server({"C! http", "S! reset"});
  EXPECT_EQ(KindOf(server, Soon()), ErrorKind::kTransport);
  EXPECT_THAT(message_, HasSubstr("closed by the server before an answer"));
}

TEST_F(HttpClientTest, LostWithinTheAnswer) {
  LoopbackServer server({"C! http", "S+ HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhalf", "S! close"});
  EXPECT_EQ(KindOf(server, Soon()), ErrorKind::kTransport);
  EXPECT_THAT(message_, HasSubstr("lost within the answer, after 4 bytes"));
}

TEST_F(HttpClientTest, SilenceTimesOut) {
  LoopbackServer server({"C! http"});
  EXPECT_EQ(KindOf(server, Short()), ErrorKind::kTimeout);
  EXPECT_THAT(message_, HasSubstr("without an answer"));
}

TEST_F(HttpClientTest, InterruptCutsARequestShort) {
  LoopbackServer server({"C! http", "S! wait end"});
  std::thread user([&] {
    server.AwaitReached("end");
    interrupt_.Request();
  });
  EXPECT_EQ(KindOf(server, Deadline::In(clock_, std::chrono::hours(1))), ErrorKind::kInterrupted);
  user.join();
  server.Release("end");
}

const std::string kChunkedHead = "S+ HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n";

TEST_F(HttpClientTest, StreamEndsWhenTheReaderHasEnough) {
  LoopbackServer server({"C! http", kChunkedHead + "3\\r\\none\\r\\n", "S! wait first", "S+ 3\\r\\ntwo\\r\\n"});
  HttpResponse head;
  std::string seen;
  const auto end = client_.Stream(
      To(server), Soon(),
      [&](std::string_view chunk) {
        EXPECT_EQ(head.status, 200);
        seen += chunk;
        server.Release("first");
        return seen != "onetwo";
      },
      &head);
  ASSERT_TRUE(end) << end.error().Render();
  EXPECT_EQ(*end, StreamEnd::kStopped);
  EXPECT_EQ(head.headers.at("transfer-encoding"), "chunked");
}

TEST_F(HttpClientTest, StreamEndsInOrderWithTheServer) {
  LoopbackServer server({"C! http", kChunkedHead + "3\\r\\none\\r\\n0\\r\\n\\r\\n"});
  const auto end = client_.Stream(To(server), Soon(), [](std::string_view) { return true; });
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, StreamEnd::kServerClosed);
}

TEST_F(HttpClientTest, StreamThatDropsIsATransportError) {
  LoopbackServer server({"C! http", kChunkedHead + "3\\r\\none\\r\\n", "S! close"});
  const auto end = client_.Stream(To(server), Soon(), [](std::string_view) { return true; });
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind(), ErrorKind::kTransport);
}

TEST_F(HttpClientTest, StreamWithoutDataEndsAtTheDeadline) {
  LoopbackServer server({"C! http", kChunkedHead, "S! wait end"});
  HttpResponse head;
  const auto end = client_.Stream(
      To(server), Deadline::In(clock_, Duration(1000)), [](std::string_view) { return true; }, &head);
  server.Release("end");
  ASSERT_TRUE(end) << end.error().Render();
  EXPECT_EQ(*end, StreamEnd::kDeadline);
  EXPECT_EQ(head.status, 200);
}

TEST_F(HttpClientTest, StreamWithoutAnAnswerTimesOut) {
  LoopbackServer server({"C! http"});
  const auto end = client_.Stream(To(server), Short(), [](std::string_view) { return true; });
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind(), ErrorKind::kTimeout);
}

TEST_F(HttpClientTest, ExceptionOfTheReaderIsContained) {
  LoopbackServer server({"C! http", kChunkedHead + "3\\r\\none\\r\\n"});
  const auto end =
      client_.Stream(To(server), Soon(), [](std::string_view) -> bool { throw std::runtime_error("bad json"); });
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind(), ErrorKind::kInternal);
  EXPECT_THAT(end.error().message(), HasSubstr("bad json"));
}

}  // namespace
}  // namespace e2e
