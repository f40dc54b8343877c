package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.luhproc.log.LogPolicy;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.testing.VirtualTime;
import io.luhproc.worker.bootstrap.TaskHost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Null arguments and endless durations in the API of workers. */
@SuppressWarnings("NullAway") // Passes null on purpose.
class NullAndEndlessArgumentsTest {
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  @TempDir static Path root;

  private static Arguments call(String name, ThrowingCallable call) {
    return arguments(name, call);
  }

  static Stream<Arguments> callsWithNull() {
    ProcessManager manager = ProcessManager.builder().root(root).task("T", context -> {}).build();
    return Stream.of(
        call("task", () -> manager.start(null, "main")),
        call("id", () -> manager.start("T", null)),
        call("options", () -> manager.start("T", "main", null)),
        call("task", () -> manager.info(null, "main")),
        call("id", () -> manager.info("T", null)),
        call("task", () -> manager.list(null)),
        call("options", () -> manager.stop("T", "main", null)),
        call("options", () -> manager.stopAll("T", null)),
        call("start", () -> manager.restart("T", "main", null, StopOptions.defaults())),
        call("stop", () -> manager.restart("T", "main", StartOptions.defaults(), null)),
        call("arguments", () -> manager.run("T", "main", null)),
        call("id", () -> manager.logs("T", null)),
        call("variable", () -> ProcessManager.builder().task(null, context -> {})),
        call("task", () -> ProcessManager.builder().task("T", null)),
        call("name", () -> ProcessManager.builder().app(null)),
        call("name", () -> ProcessManager.builder().mainClass(null)),
        call("argv", () -> ProcessManager.builder().command(null)),
        call("policy", () -> ProcessManager.builder().logs(null)),
        call("grace", () -> ProcessManager.builder().grace(null)),
        call("directory", () -> ProcessManager.builder().root(null)),
        call("name", () -> StartOptions.builder().env(null, "x")),
        call("value", () -> StartOptions.builder().env("A", null)),
        call("option", () -> StartOptions.builder().jvmOption(null)),
        call("argument", () -> StartOptions.builder().argument(null)),
        call("path", () -> StartOptions.builder().directory(null)),
        call("timeout", () -> StartOptions.builder().awaitReady(null)),
        call(
            "environment",
            () -> new StartOptions(null, List.of(), List.of(), Optional.empty(), Optional.empty())),
        call(
            "awaitReady",
            () -> new StartOptions(Map.of(), List.of(), List.of(), Optional.empty(), null)),
        call("grace", () -> StopOptions.builder().grace(null)),
        call("timeout", () -> StopOptions.builder().timeout(null)),
        call("timeout", () -> StopOptions.within(null)),
        call("stopSignal", () -> StopOptions.builder().signal(null)),
        call("maxAge", () -> LogPolicy.defaults().withMaxAge(null)),
        call("timeout", () -> taskContext().awaitStop(null)),
        call("hook", () -> taskContext().onStop(null)));
  }

  @ParameterizedTest
  @MethodSource("callsWithNull")
  void nullIsRefusedByName(String name, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }

  static Stream<Arguments> callsWithEndlessDuration() {
    return Stream.of(
        call("grace", () -> ProcessManager.builder().grace(FOREVER)),
        call("grace", () -> StopOptions.builder().grace(FOREVER)),
        call("timeout", () -> StopOptions.builder().timeout(FOREVER)),
        call("timeout", () -> StopOptions.within(FOREVER)),
        call("awaitReady", () -> StartOptions.builder().awaitReady(FOREVER).build()));
  }

  @ParameterizedTest
  @MethodSource("callsWithEndlessDuration")
  void endlessDurationIsRefusedByName(String name, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + " (" + FOREVER + ") must be at most 365d");
  }

  @Test
  void longestGraceIsAccepted() {
    StopOptions options = StopOptions.builder().grace(Duration.ofDays(365)).build();
    assertThat(options.timeout()).isEqualTo(Duration.ofDays(365));
    assertThat(StopOptions.within(Duration.ofDays(365)).build().grace())
        .isEqualTo(Duration.ofDays(365).minusSeconds(5));
  }

  @Test
  void endlessAgeOfLogsIsLimited() {
    assertThat(LogPolicy.defaults().withMaxAge(FOREVER)).isEqualTo(LogPolicy.defaults());
  }

  @Test
  void awaitStopAcceptsEndlessTimeout() throws InterruptedException {
    DefaultTaskContext context = taskContext();
    context.requestStop(Signal.TERM);
    assertThat(context.awaitStop(FOREVER)).isTrue();
  }

  private static DefaultTaskContext taskContext() {
    TaskHost host =
        new TaskHost() {
          @Override
          public List<String> arguments() {
            return List.of();
          }

          @Override
          public void onEnded(ProcessEnd end) {}
        };
    return new DefaultTaskContext(
        new DefaultTaskContext.RunInfo("T", "main", Optional.empty(), host), new VirtualTime());
  }
}
