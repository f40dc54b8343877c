package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogStream;
import io.luhproc.worker.StopResult;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class WorkerJsonTest {

  @Test
  void everyFieldIsWrittenWhenWorkerRuns() {
    assertThat(write(json -> json.writeWorker(WorkerFixtures.running("a"))))
        .isEqualTo(
            "{\"task\":\"INDEX\",\"id\":\"a\",\"state\":\"ready\",\"launched\":false,\"pid\":4242,"
                + "\"startTicks\":77,\"bootId\":\"boot\","
                + "\"directory\":\"/run/luhproc/index-aaaaaaaaaaaa\","
                + "\"logFile\":\"/run/luhproc/index-aaaaaaaaaaaa/out.log\","
                + "\"errorFile\":\"/run/luhproc/index-aaaaaaaaaaaa/err.log\","
                + "\"started\":\"2026-01-31T12:00:00Z\",\"uptimeSeconds\":3723.456,\"end\":null,"
                + "\"rssBytes\":67108864,\"cpuSeconds\":1.250,\"classArchive\":\"used\"}\n");
  }

  @Test
  void unknownFieldsAreNullWhenWorkerHasEnded() {
    assertThat(write(json -> json.writeWorker(WorkerFixtures.ended("a", WorkerFixtures.killed()))))
        .contains("\"pid\":null,\"startTicks\":null,\"bootId\":null")
        .contains("\"uptimeSeconds\":null")
        .contains(
            "\"end\":{\"time\":\"2026-01-31T12:00:00Z\",\"exitCode\":137,\"signal\":\"KILL\","
                + "\"failure\":null,\"reason\":\"killed\"}")
        .contains("\"rssBytes\":null,\"cpuSeconds\":null");
  }

  @Test
  void listIsOneLineEvenWhenEmpty() {
    assertThat(write(json -> json.writeWorkers(List.of()))).isEqualTo("[]\n");
    assertThat(
            write(
                json ->
                    json.writeWorkers(
                        List.of(WorkerFixtures.running("a"), WorkerFixtures.running("b")))))
        .startsWith("[{")
        .endsWith("}]\n")
        .hasLineCount(1);
  }

  @Test
  void stopIsWrittenWithOutcomeAndDuration() {
    StopResult result =
        new StopResult(
            "T", "a", StopResult.Outcome.NOT_RUNNING, Duration.ofMillis(7), Optional.empty());
    String expected =
        "{\"task\":\"T\",\"id\":\"a\",\"outcome\":\"not_running\",\"tookSeconds\":0.007}";
    assertThat(write(json -> json.writeStop(result))).isEqualTo(expected + "\n");
    assertThat(write(json -> json.writeStops(List.of(result)))).isEqualTo("[" + expected + "]\n");
  }

  @Test
  void eachLogLineIsOneJsonLine() {
    WorkerRef worker = new WorkerRef("T", "a");
    LogLine line =
        new LogLine(LogStream.ERR, WorkerFixtures.STARTED, "a\u001b[1m \"b\" é 👍\r", true);
    assertThat(
            write(
                json -> {
                  json.writeLine(line, worker);
                  json.writeLine(line, worker);
                }))
        .isEqualToIgnoringCase(
            ("{\"stream\":\"err\",\"time\":\"2026-01-31T12:00:00Z\",\"text\":\"a\\u001b[1m"
                    + " \\\"b\\\" \\u00e9 \\ud83d\\udc4d\\r"
                    + "\",\"partial\":true,\"task\":\"T\",\"id\":\"a\"}\n")
                .repeat(2));
  }

  @Test
  void nonAsciiCharactersAreEscaped() {
    String text = write(json -> json.writeWorker(WorkerFixtures.running("\u009b日\u202e")));
    assertThat(text.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c < 127));
  }

  private static String write(Consumer<WorkerJson> writer) {
    StringWriter out = new StringWriter();
    try (WorkerJson json = new WorkerJson(out)) {
      writer.accept(json);
    }
    return out.toString();
  }
}
