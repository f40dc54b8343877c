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

  private static void assertRefused(String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theDefaultsAreThoseOfTheDocument() {
    assertThat(CHECK.policy())
        .isEqualTo(new HealthPolicy(CHECK, ofSeconds(10), ofSeconds(5), Duration.ZERO, 1, 3, true));
  }

  @Test
  void eachSettingChangesItselfOnly() {
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
  void policiesOfEqualChecksAreEqualSoThatAnUpdateSeesNoChange() {
    assertThat(HealthCheck.http("http://a:1/").expecting(200).policy())
        .isEqualTo(HealthCheck.http("http://a:1/").expecting("200").policy());
    assertThat(HealthCheck.exec("a", "b").policy()).isEqualTo(HealthCheck.exec("a", "b").policy());
    assertThat(HealthCheck.shell("a")).isNotEqualTo(HealthCheck.shell("b"));
    assertThat(HealthCheck.heartbeat(ofSeconds(1))).isEqualTo(HealthCheck.heartbeat(ofSeconds(1)));
  }

  @Test
  void durationsThatMakeNoSenseAreRefused() {
    HealthPolicy policy = CHECK.policy();
    assertRefused("interval (PT0S) must be at least 1ms", () -> policy.every(Duration.ZERO));
    assertRefused("interval (PT-1S) must not be negative", () -> policy.every(ofSeconds(-1)));
    assertRefused("interval (PT0.000001S) must be at least", () -> policy.every(ofNanos(1000)));
    assertRefused("timeout (PT0S) must be at least", () -> policy.timeout(Duration.ZERO));
    assertRefused("must be at most 365d", () -> policy.timeout(ofDays(365).plusNanos(1)));
    assertRefused("must be at most 365d", () -> policy.every(ofSeconds(Long.MAX_VALUE)));
    assertRefused("must be at most 365d", () -> policy.startPeriod(ofSeconds(Long.MAX_VALUE)));
    assertRefused(
        "startPeriod (PT-0.001S) must not be negative", () -> policy.startPeriod(ofMillis(-1)));
    assertRefused("maxAge (PT0S)", () -> HealthCheck.heartbeat(Duration.ZERO));
    assertRefused("maxAge (PT-1S)", () -> HealthCheck.heartbeat(ofSeconds(-1)));
  }

  @Test
  void thresholdsUnderOneAreRefused() {
    HealthPolicy policy = CHECK.policy();
    assertRefused("successThreshold (0) must be at least 1", () -> policy.successThreshold(0));
    assertRefused("failureThreshold (-3) must be at least 1", () -> policy.failureThreshold(-3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1/", "https://example.org/health", "http://[::1]/"})
  void aUrlWithoutAPortIsRefused(String url) {
    assertRefused(
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
  void aMalformedUrlIsRefused(String url, String message) {
    assertRefused(message, () -> HealthCheck.http(url));
  }

  @Test
  void aPasswordInAUrlIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> HealthCheck.http("http://me:secret@a:1/"))
        .hasMessage("url must not contain a user or a password");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200-", "-200", "99", "600", "300-200", "200,,201", "2xx", "200 OK"})
  void statusesThatAreNoneAreRefused(String statuses) {
    assertRefused(
        "expected (" + statuses + ") must be statuses from 100 to 599, such as 200-299,404",
        () -> HealthCheck.http("http://a:1/").expecting(statuses));
  }

  @Test
  void noStatusAtAllIsRefused() {
    assertRefused("expected ()", () -> HealthCheck.http("http://a:1/").expecting());
  }

  @Test
  void otherTargetsThatCannotBeAreRefused() {
    assertRefused("port (0) must be from 1 to 65535", () -> HealthCheck.tcp("a", 0));
    assertRefused("port (65536)", () -> HealthCheck.tcp("a", 65_536));
    assertRefused("host () must be a name", () -> HealthCheck.tcp("", 1));
    assertRefused("host (http://a) must be a name", () -> HealthCheck.tcp("http://a", 1));
    assertRefused("command ([]) must name a program", HealthCheck::exec);
    assertRefused("command ([ , x]) must name a program", () -> HealthCheck.exec(" ", "x"));
    assertRefused("text ( ) must be a command", () -> HealthCheck.shell(" "));
  }

  @Test
  void checksSayWhatTheyCheck() {
    assertThat(CHECK.describe()).isEqualTo("tcp 127.0.0.1:5432");
    assertThat(HealthCheck.tcp("::1", 80).describe()).isEqualTo("tcp [::1]:80");
    assertThat(HealthCheck.http("http://a:1/x").describe()).isEqualTo("http://a:1/x");
    assertThat(HealthCheck.exec("pg_isready", "-q").describe()).isEqualTo("exec pg_isready -q");
    assertThat(HealthCheck.heartbeat(ofSeconds(30)).describe()).isEqualTo("heartbeat within 30s");
    HealthCheck own = target -> HealthResult.healthy();
    assertThat(own.describe()).isEqualTo(HealthPolicyTest.class.getName());
  }

  @Test
  void aDetailIsOneLineOfBoundedLength() {
    assertThat(HealthResult.unhealthy("a\u001b[31m\nb").detail()).isEqualTo("a [31m b");
    assertThat(HealthResult.unhealthy("x".repeat(501)).detail()).hasSize(500).endsWith("x…");
  }

  @Test
  void aTargetIsAbsoluteAndKeepsItsEnvironmentToItself() {
    ProcessIdentity someone = new ProcessIdentity(1000, 1, "");
    Path here = Path.of("/tmp");
    HealthTarget target = HealthTarget.of(someone, here, here, Map.of("PASSWORD", "secret"));
    assertThat(target.toString()).doesNotContain("secret");
    assertRefused(
        "directory (x) must be absolute",
        () -> HealthTarget.of(someone, Path.of("x"), here, Map.of()));
    assertRefused(
        "workingDirectory (x) must be absolute",
        () -> HealthTarget.of(someone, here, Path.of("x"), Map.of()));
  }

  @Test
  void aRecordOfNegativeTimeIsRefused() {
    assertRefused(
        "duration (PT-1S)",
        () ->
            new HealthRecord(Instant.EPOCH, Duration.ZERO, ofSeconds(-1), HealthResult.healthy()));
    assertRefused(
        "age (PT-1S)",
        () ->
            new HealthRecord(Instant.EPOCH, ofSeconds(-1), Duration.ZERO, HealthResult.healthy()));
  }
}
