package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogStream;
import io.luhproc.worker.StopResult;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class WorkerJsonTest {

  @Test
  void aRunningWorkerHasEveryField() {
    assertThat(written(json -> json.worker(Workers.running("a"))))
        .isEqualTo(
            "{\"task\":\"INDEX\",\"id\":\"a\",\"state\":\"ready\",\"launched\":false,\"pid\":4242,"
                + "\"startTicks\":77,\"bootId\":\"boot\","
                + "\"directory\":\"/run/luhproc/index-aaaaaaaaaaaa\","
                + "\"logFile\":\"/run/luhproc/index-aaaaaaaaaaaa/out.log\","
                + "\"errorFile\":\"/run/luhproc/index-aaaaaaaaaaaa/err.log\","
                + "\"started\":\"2026-01-31T12:00:00Z\",\"uptimeSeconds\":3723.456,\"end\":null,"
                + "\"rssBytes\":67108864,\"cpuSeconds\":1.250}\n");
  }

  @Test
  void whatIsNotKnownIsNull() {
    assertThat(written(json -> json.worker(Workers.ended("a", Workers.killed()))))
        .contains("\"pid\":null,\"startTicks\":null,\"bootId\":null")
        .contains("\"uptimeSeconds\":null")
        .contains(
            "\"end\":{\"time\":\"2026-01-31T12:00:00Z\",\"exitCode\":137,\"signal\":\"KILL\","
                + "\"failure\":null,\"reason\":\"killed\"}")
        .contains("\"rssBytes\":null,\"cpuSeconds\":null");
  }

  @Test
  void aListIsOneLineEvenWhenItIsEmpty() {
    assertThat(written(json -> json.workers(List.of()))).isEqualTo("[]\n");
    assertThat(written(json -> json.workers(List.of(Workers.running("a"), Workers.running("b")))))
        .startsWith("[{")
        .endsWith("}]\n")
        .hasLineCount(1);
  }

  @Test
  void aStopSaysWhatItDid() {
    StopResult result =
        new StopResult("T", "a", StopResult.Outcome.NOT_RUNNING, Duration.ofMillis(7));
    String expected =
        "{\"task\":\"T\",\"id\":\"a\",\"outcome\":\"not_running\",\"tookSeconds\":0.007}";
    assertThat(written(json -> json.stop(result))).isEqualTo(expected + "\n");
    assertThat(written(json -> json.stops(List.of(result)))).isEqualTo("[" + expected + "]\n");
  }

  @Test
  void everyLineOfALogIsALineOfJson() {
    LogLine line = new LogLine(LogStream.ERR, Workers.STARTED, "a\u001b[1m \"b\" é 👍\r", true);
    assertThat(
            written(
                json -> {
                  json.line(line);
                  json.line(line);
                }))
        .isEqualToIgnoringCase(
            ("{\"stream\":\"err\",\"time\":\"2026-01-31T12:00:00Z\","
                    + "\"text\":\"a\\u001b[1m \\\"b\\\" \\u00e9 \\ud83d\\udc4d\\r\",\"partial\":true}\n")
                .repeat(2));
  }

  @Test
  void allOfItIsAsciiSoThatItIsJsonInEveryLocale() {
    String text = written(json -> json.worker(Workers.running("\u009b日\u202e")));
    assertThat(text.chars()).allMatch(one -> one == '\n' || (one >= ' ' && one < 127));
  }

  private static String written(Consumer<WorkerJson> writing) {
    StringWriter out = new StringWriter();
    try (WorkerJson json = new WorkerJson(out)) {
      writing.accept(json);
    }
    return out.toString();
  }
}
