package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Defaults and validation of start and stop options. */
class StartStopOptionsTest {
  private static Duration seconds(long count) {
    return Duration.ofSeconds(count);
  }

  private static void assertRejected(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void stopDefaultsAreSigtermTenSecondsGraceFifteenSecondsTimeout() {
    assertThat(StopOptions.defaults())
        .isEqualTo(new StopOptions(seconds(10), seconds(15), Signal.TERM, false));
  }

  @Test
  void stopTimeoutIsFiveSecondsLongerThanGraceByDefault() {
    assertThat(StopOptions.builder().grace(seconds(60)).build().timeout()).isEqualTo(seconds(65));
    assertThat(StopOptions.builder().grace(Duration.ZERO).build().timeout()).isEqualTo(seconds(5));
  }

  @ParameterizedTest
  @CsvSource({"PT10S, PT8S", "PT100S, PT95S", "PT0.01S, PT0.008S", "PT0S, PT0S"})
  void withinReservesFifthOfTimeoutForKill(Duration timeout, Duration grace) {
    StopOptions options = StopOptions.within(timeout).build();
    assertThat(options.timeout()).isEqualTo(timeout);
    assertThat(options.grace()).isEqualTo(grace);
  }

  @Test
  void invalidStopOptionsAreRejected() {
    assertRejected(
        () -> StopOptions.builder().grace(seconds(-1)).build(),
        "grace (PT-1S) must not be negative");
    assertRejected(
        () -> StopOptions.builder().timeout(seconds(9)).build(),
        "timeout (PT9S) must not be shorter than the grace (PT10S)");
  }

  @Test
  void smallReplacesCollectorAndHeapOfStarter() {
    StartOptions small = StartOptions.builder().small().jvmOption("-Xmx128m").build();
    assertThat(small.jvmOptions())
        .containsExactly(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k", "-Xmx64m", "-Xmx128m");
    assertThat(small.removedJvmOptions()).contains("-XX:+UseG1GC", "-Xms", "-Xmx");
  }

  @Test
  void toBuilderKeepsAllStartOptions() {
    StartOptions all =
        StartOptions.builder()
            .env("A", "1")
            .jvmOption("-Xmx9m")
            .withoutJvmOption("-javaagent:")
            .argument("x")
            .directory(Path.of("/"))
            .awaitReady(seconds(1))
            .build();
    assertThat(all.toBuilder().build()).isEqualTo(all);
    assertThat(all.toBuilder().argument("y").build().arguments()).containsExactly("x", "y");
  }

  @Test
  void emptyPrefixOfRemovedJvmOptionIsRejected() {
    String message = "prefix of removed JVM options () must not be empty";
    assertRejected(() -> StartOptions.builder().withoutJvmOption("").build(), message);
    assertRejected(() -> ProcessManager.builder().withoutJvmOption(""), message);
  }

  @Test
  void startDefaultsAreEmpty() {
    assertThat(StartOptions.defaults())
        .isEqualTo(
            new StartOptions(Map.of(), List.of(), List.of(), Optional.empty(), Optional.empty()));
  }

  @Test
  void invalidStartOptionsAreRejected() {
    assertRejected(
        () -> StartOptions.builder().env("", "x").build(),
        "name of a variable () must not be empty and must not contain '='");
    assertRejected(
        () -> StartOptions.builder().env("A=B", "x").build(),
        "name of a variable (A=B) must not be empty and must not contain '='");
    assertRejected(
        () -> StartOptions.builder().env("A\0", "x").build(),
        "name of a variable must not contain NUL");
    assertRejected(
        () -> StartOptions.builder().jvmOption("-Da=\0").build(),
        "JVM option must not contain NUL");
    assertRejected(
        () -> StartOptions.builder().argument("\0").build(), "argument must not contain NUL");
    assertRejected(
        () -> StartOptions.builder().awaitReady(Duration.ZERO).build(),
        "awaitReady (PT0S) must be longer than zero");
  }

  @Test
  void rejectionOmitsVariableValue() {
    assertRejected(
        () -> StartOptions.builder().env("PASSWORD", "s3cr3t\0").build(),
        "value of PASSWORD must not contain NUL");
  }

  @Test
  void toStringOmitsVariableValues() {
    StartOptions options =
        StartOptions.builder()
            .env("PASSWORD", "s3cr3t")
            .argument("x")
            .directory(Path.of("/"))
            .build();
    assertThat(options)
        .hasToString(
            "StartOptions[environment=[PASSWORD], jvmOptions=[], arguments=[x], directory=/]");
  }

  @Test
  void optionsAreUnaffectedWhenSourceListChanges() {
    List<String> arguments = new ArrayList<>(List.of("a"));
    StartOptions options =
        new StartOptions(Map.of(), List.of(), arguments, Optional.empty(), Optional.empty());
    arguments.add("b");
    assertThat(options.arguments()).containsExactly("a");
  }

  @Test
  void relativeWorkingDirectoryIsResolvedAgainstStarters() {
    assertThat(StartOptions.builder().directory(Path.of("x")).build().directory())
        .contains(Path.of("x").toAbsolutePath());
  }
}
