package io.luhproc.health;

import static io.luhproc.testing.InvalidArguments.assertInvalid;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Validation and description of checks and their results. */
class HealthCheckTest {

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1/", "https://example.org/health", "http://[::1]/"})
  void urlWithoutPortIsRejected(String url) {
    assertInvalid(
        "url (" + url + ") must name the port, such as http://127.0.0.1:8080/health",
        () -> HealthCheck.http(url));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8000, must be a URL",
    "localhost:8000, must begin with http:// or https://",
    "ftp://a:21/, must begin with http:// or https://",
    "'', must begin with http:// or https://",
    "http://, must be a URL",
    "http://a:b/, must name a host and a port",
    "http://my_host:80/, must name a host and a port",
    "http://a:1/ b, must be a URL",
    "http://a:0/, port (0) must be from 1 to 65535",
    "http://a:65536/, port (65536) must be from 1 to 65535",
    "'http://a:1/\r\nX: y', must be a URL",
  })
  void malformedUrlIsRejected(String url, String message) {
    assertInvalid(message, () -> HealthCheck.http(url));
  }

  @Test
  void urlWithPasswordIsRejectedWithoutRepeatingIt() {
    assertThatThrownBy(() -> HealthCheck.http("http://me:secret@a:1/"))
        .hasMessage("url must not contain a user or a password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200-", "-200", "99", "600", "300-200", "200,,201", "2xx", "200 OK"})
  void invalidStatusesAreRejected(String statuses) {
    assertInvalid(
        "expected (" + statuses + ") must be statuses from 100 to 599, such as 200-299,404",
        () -> HealthCheck.http("http://a:1/").expecting(statuses));
  }

  @Test
  void emptyStatusesAreRejected() {
    assertInvalid("expected ()", () -> HealthCheck.http("http://a:1/").expecting());
  }

  @Test
  void invalidHostPortAndCommandAreRejected() {
    assertInvalid("port (0) must be from 1 to 65535", () -> HealthCheck.tcp("a", 0));
    assertInvalid("port (65536)", () -> HealthCheck.tcp("a", 65_536));
    assertInvalid("host () must be a name", () -> HealthCheck.tcp("", 1));
    assertInvalid("host (http://a) must be a name", () -> HealthCheck.tcp("http://a", 1));
    assertInvalid("command ([]) must name a program", HealthCheck::exec);
    assertInvalid("command ([ , x]) must name a program", () -> HealthCheck.exec(" ", "x"));
    assertInvalid("text ( ) must be a shell command", () -> HealthCheck.shell(" "));
  }

  @Test
  void descriptionNamesCheckedEndpoint() {
    assertThat(HealthCheck.tcp("127.0.0.1", 5432).describe()).isEqualTo("tcp 127.0.0.1:5432");
    assertThat(HealthCheck.tcp("::1", 80).describe()).isEqualTo("tcp [::1]:80");
    assertThat(HealthCheck.http("http://a:1/x").describe()).isEqualTo("http://a:1/x");
    assertThat(HealthCheck.exec("pg_isready", "-q").describe()).isEqualTo("exec pg_isready -q");
    assertThat(HealthCheck.heartbeat(ofSeconds(30)).describe()).isEqualTo("heartbeat within 30s");
    HealthCheck own = context -> HealthResult.healthy();
    assertThat(own.describe()).isEqualTo(HealthCheckTest.class.getName());
  }

  @Test
  void outOfRangeHeartbeatAgeIsRejected() {
    assertInvalid("maxAge (PT0S)", () -> HealthCheck.heartbeat(Duration.ZERO));
    assertInvalid("maxAge (PT-1S)", () -> HealthCheck.heartbeat(ofSeconds(-1)));
  }

  @Test
  void detailIsReducedToOneLineOfBoundedLength() {
    assertThat(HealthResult.unhealthy("a\u001b[31m\nb").detail()).isEqualTo("a [31m b");
    assertThat(HealthResult.unhealthy("x".repeat(501)).detail()).hasSize(500).endsWith("x…");
  }

  @Test
  void recordWithNegativeDurationIsRejected() {
    assertInvalid(
        "duration (PT-1S)",
        () -> new CheckRecord(Instant.EPOCH, Duration.ZERO, ofSeconds(-1), HealthResult.healthy()));
    assertInvalid(
        "monitoredFor (PT-1S)",
        () -> new CheckRecord(Instant.EPOCH, ofSeconds(-1), Duration.ZERO, HealthResult.healthy()));
  }
}
