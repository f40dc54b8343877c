package io.luhproc.health;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted and refused where checks and policies are made. */
class HealthPolicyTest {
  private static final HealthCheck CHECK = HealthCheck.tcp("127.0.0.1", 5432);

  private static void assertInvalid(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void defaultsMatchDocumentation() {
    assertThat(CHECK.policy())
        .isEqualTo(new HealthPolicy(CHECK, ofSeconds(10), ofSeconds(5), Duration.ZERO, 1, 3, true));
  }

  @Test
  void eachSetterChangesOnlyItsOwnValue() {
    HealthPolicy policy =
        CHECK
            .every(ofSeconds(2))
            .timeout(ofSeconds(30))
            .startPeriod(ofSeconds(60))
            .successThreshold(2)
            .failureThreshold(5)
            .restartWhenUnhealthy(false);
    assertThat(policy)
        .isEqualTo(
            new HealthPolicy(CHECK, ofSeconds(2), ofSeconds(30), ofSeconds(60), 2, 5, false));
  }

  @Test
  void policiesWithEqualChecksAreEqual() {
    assertThat(HealthCheck.http("http://a:1/").expecting(200).policy())
        .isEqualTo(HealthCheck.http("http://a:1/").expecting("200").policy());
    assertThat(HealthCheck.exec("a", "b").policy()).isEqualTo(HealthCheck.exec("a", "b").policy());
    assertThat(HealthCheck.shell("a")).isNotEqualTo(HealthCheck.shell("b"));
    assertThat(HealthCheck.heartbeat(ofSeconds(1))).isEqualTo(HealthCheck.heartbeat(ofSeconds(1)));
  }

  @Test
  void outOfRangeDurationsAreRejected() {
    HealthPolicy policy = CHECK.policy();
    assertInvalid("interval (PT0S) must be at least 1ms", () -> policy.every(Duration.ZERO));
    assertInvalid("interval (PT-1S) must not be negative", () -> policy.every(ofSeconds(-1)));
    assertInvalid("interval (PT0.000001S) must be at least", () -> policy.every(ofNanos(1000)));
    assertInvalid("timeout (PT0S) must be at least", () -> policy.timeout(Duration.ZERO));
    assertInvalid("must be at most 365d", () -> policy.timeout(ofDays(365).plusNanos(1)));
    assertInvalid("must be at most 365d", () -> policy.every(ofSeconds(Long.MAX_VALUE)));
    assertInvalid("must be at most 365d", () -> policy.startPeriod(ofSeconds(Long.MAX_VALUE)));
    assertInvalid(
        "startPeriod (PT-0.001S) must not be negative", () -> policy.startPeriod(ofMillis(-1)));
    assertInvalid("maxAge (PT0S)", () -> HealthCheck.heartbeat(Duration.ZERO));
    assertInvalid("maxAge (PT-1S)", () -> HealthCheck.heartbeat(ofSeconds(-1)));
  }

  @Test
  void thresholdsBelowOneAreRejected() {
    HealthPolicy policy = CHECK.policy();
    assertInvalid("successThreshold (0) must be at least 1", () -> policy.successThreshold(0));
    assertInvalid("failureThreshold (-3) must be at least 1", () -> policy.failureThreshold(-3));
  }

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
    assertInvalid("text ( ) must be a command", () -> HealthCheck.shell(" "));
  }

  @Test
  void descriptionNamesCheckedEndpoint() {
    assertThat(CHECK.describe()).isEqualTo("tcp 127.0.0.1:5432");
    assertThat(HealthCheck.tcp("::1", 80).describe()).isEqualTo("tcp [::1]:80");
    assertThat(HealthCheck.http("http://a:1/x").describe()).isEqualTo("http://a:1/x");
    assertThat(HealthCheck.exec("pg_isready", "-q").describe()).isEqualTo("exec pg_isready -q");
    assertThat(HealthCheck.heartbeat(ofSeconds(30)).describe()).isEqualTo("heartbeat within 30s");
    HealthCheck own = target -> HealthResult.healthy();
    assertThat(own.describe()).isEqualTo(HealthPolicyTest.class.getName());
  }

  @Test
  void detailIsReducedToOneLineOfBoundedLength() {
    assertThat(HealthResult.unhealthy("a\u001b[31m\nb").detail()).isEqualTo("a [31m b");
    assertThat(HealthResult.unhealthy("x".repeat(501)).detail()).hasSize(500).endsWith("x…");
  }

  @Test
  void contextRejectsRelativePathsAndHidesEnvironment() {
    ProcessIdentity process = new ProcessIdentity(1000, 1, "");
    Path existing = Path.of("/tmp");
    CheckContext context =
        CheckContext.of(process, existing, existing, Map.of("PASSWORD", "secret"));
    assertThat(context.toString()).doesNotContain("secret");
    assertInvalid(
        "directory (x) must be absolute",
        () -> CheckContext.of(process, Path.of("x"), existing, Map.of()));
    assertInvalid(
        "workingDirectory (x) must be absolute",
        () -> CheckContext.of(process, existing, Path.of("x"), Map.of()));
  }

  @Test
  void recordWithNegativeDurationIsRejected() {
    assertInvalid(
        "duration (PT-1S)",
        () -> new CheckRecord(Instant.EPOCH, Duration.ZERO, ofSeconds(-1), HealthResult.healthy()));
    assertInvalid(
        "age (PT-1S)",
        () -> new CheckRecord(Instant.EPOCH, ofSeconds(-1), Duration.ZERO, HealthResult.healthy()));
  }
}
