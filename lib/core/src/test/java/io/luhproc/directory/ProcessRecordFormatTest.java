package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.procfs.LimitMarker;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoding and decoding of process.properties. */
class ProcessRecordFormatTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456Z");
  private static final LimitMarker MARKER = LimitMarker.fromRandomBits(12345);

  @Test
  void recordRoundTripsBeforeLaunch() {
    assertThat(ProcessRecordFormat.decode(ProcessRecordFormat.encode(launchRecord("main"))))
        .contains(launchRecord("main"));
  }

  @Test
  void completeRecordRoundTrips() {
    assertThat(ProcessRecordFormat.decode(ProcessRecordFormat.encode(completeRecord())))
        .contains(completeRecord());
  }

  @Test
  void recordRoundTripsWhenEndHasFewDetails() {
    ProcessRecord ended = launchRecord("main").withEnd(ProcessEnd.ofExitStatus(NOON, 137));
    assertThat(ProcessRecordFormat.decode(ProcessRecordFormat.encode(ended))).contains(ended);
    ProcessRecord incomplete =
        launchRecord("main")
            .withEnd(
                new ProcessEnd(
                    NOON, OptionalInt.empty(), Optional.empty(), Optional.empty(), "not observed"));
    assertThat(ProcessRecordFormat.decode(ProcessRecordFormat.encode(incomplete)))
        .contains(incomplete);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " begins and ends with a space ",
        "#no comment",
        "!none",
        "a=b:c",
        "back\\slash\\u0041",
        "\\",
        "\u00e4\u00f6\u00fc\u20ac",
        "\uD83D\uDE00",
        "\u2028line separator",
        "\u00a0"
      })
  void specialCharactersRoundTrip(String text) {
    ProcessRecord special = launchRecord(text);
    assertThat(ProcessRecordFormat.decode(ProcessRecordFormat.encode(special))).contains(special);
  }

  @Test
  void multilineFailureRoundTrips() {
    ProcessRecord failed =
        launchRecord("main")
            .withEnd(
                new ProcessEnd(
                    NOON,
                    OptionalInt.of(1),
                    Optional.empty(),
                    Optional.of("java.lang.Error: two\nlines\r\n\tand a tab \0 nul"),
                    "the task threw"));
    assertThat(ProcessRecordFormat.decode(ProcessRecordFormat.encode(failed))).contains(failed);
  }

  @Test
  void encodedRecordIsAsciiReadableByProperties() throws IOException {
    String text =
        new String(ProcessRecordFormat.encode(completeRecord()), StandardCharsets.ISO_8859_1);
    assertThat(text).matches("[\\x20-\\x7e\\n]*").startsWith("format=1\n");
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    assertThat(properties)
        .containsEntry("task", "INDEXER")
        .containsEntry("pid", "4711")
        .containsEntry("complete", "true");
  }

  @Test
  void recordOfEarlierReleaseHasNoMarkerAndMarkerOutOfRangeIsIgnored() {
    String text =
        new String(ProcessRecordFormat.encode(completeRecord()), StandardCharsets.ISO_8859_1);
    String marker = "limitMarker=" + MARKER.value() + "\n";
    assertThat(text).contains(marker);
    Optional<ProcessRecord> unmarked =
        Optional.of(completeRecord().withLimitMarker(Optional.empty()));
    for (String line : List.of("", "limitMarker=7\n")) {
      byte[] bytes = text.replace(marker, line).getBytes(StandardCharsets.ISO_8859_1);
      assertThat(ProcessRecordFormat.decode(bytes)).isEqualTo(unmarked);
    }
  }

  @Test
  void truncatedRecordIsRejectedAtEveryLength() {
    byte[] bytes = ProcessRecordFormat.encode(completeRecord());
    for (int length = 0; length < bytes.length - 1; length++) {
      assertThat(ProcessRecordFormat.decode(Arrays.copyOf(bytes, length)))
          .as("the first %d of %d bytes", length, bytes.length)
          .isEmpty();
    }
    assertThat(ProcessRecordFormat.decode(Arrays.copyOf(bytes, bytes.length - 1)))
        .contains(completeRecord());
  }

  @Test
  void recordIsRejectedWhenTailIsZeros() {
    byte[] bytes = ProcessRecordFormat.encode(completeRecord());
    for (int length = 0; length < bytes.length - 1; length += 7) {
      byte[] zeros = Arrays.copyOf(Arrays.copyOf(bytes, length), bytes.length);
      assertThat(ProcessRecordFormat.decode(zeros)).as("zeros from %d", length).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pid=x",
        "pid=1",
        "pid=-1",
        "pid=4294967295",
        "startTicks=",
        "started=yesterday",
        "running=soon",
        "task=PATH",
        "task=",
        "id=",
        "end.signal=NONE",
        "end.exitCode=many",
        "limitMarker=many",
        "format=2",
        "broken=\\u00"
      })
  void recordIsRejectedWhenValueIsInvalid(String line) {
    String text =
        new String(ProcessRecordFormat.encode(completeRecord()), StandardCharsets.ISO_8859_1);
    byte[] bytes = (text + line + "\n").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(ProcessRecordFormat.decode(bytes)).isEmpty();
  }

  @Test
  void decodeDoesNotThrowOnCorruptBytes() {
    Random random = new Random(17);
    byte[] encoded = ProcessRecordFormat.encode(completeRecord());
    for (int i = 0; i < 2_000; i++) {
      byte[] damaged = encoded.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      assertThat(ProcessRecordFormat.decode(damaged)).isNotNull();
    }
  }

  @Test
  void launchIsReadAlone() {
    byte[] bytes = ProcessRecordFormat.encode(completeRecord());
    RecordedLaunch expected =
        new RecordedLaunch(completeRecord().key(), completeRecord().launchToken());
    assertThat(RecordedLaunch.decode(bytes)).contains(expected);
    for (int length = 0; length < bytes.length - 1; length++) {
      assertThat(RecordedLaunch.decode(Arrays.copyOf(bytes, length)))
          .as("the first %d of %d bytes", length, bytes.length)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"task=PATH=", "id=", "app=", "format=2", "complete=no", "broken=\\u00"})
  void launchIsRejectedWhenValueIsInvalid(String line) {
    String text =
        new String(ProcessRecordFormat.encode(completeRecord()), StandardCharsets.ISO_8859_1);
    byte[] bytes = (text + line + "\n").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(RecordedLaunch.decode(bytes)).isEmpty();
    assertThat(ProcessRecordFormat.decode(bytes)).isEmpty();
  }

  @Test
  void unknownKeysAreIgnored() {
    String text =
        new String(ProcessRecordFormat.encode(completeRecord()), StandardCharsets.ISO_8859_1);
    byte[] bytes = (text + "cgroup=/user.slice\n").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(ProcessRecordFormat.decode(bytes)).contains(completeRecord());
  }

  private static ProcessRecord launchRecord(String id) {
    return ProcessRecord.forLaunch(
        new ProcessKey(Optional.of("docsearch"), "INDEXER", id),
        "com.example.Main",
        new ProcessRecord.Launch("3w5e11264sgsf", NOON),
        new LaunchedCommand(
            List.of("/usr/bin/java", "-cp", "/srv/my app/lib", "com.example.Main", ""),
            List.of("-Xmx64m"),
            List.of("-javaagent:"),
            List.of("x", ""),
            Path.of("/srv/app"),
            List.of("FOLDER"),
            List.of("PATH")));
  }

  private static ProcessRecord completeRecord() {
    return launchRecord("main")
        .withIdentity(new ProcessIdentity(4711, 123_456, "0b1c2d3e-aaaa-bbbb-cccc-121212121212"))
        .withLimitMarker(Optional.of(MARKER))
        .withRunningAt(NOON.plusSeconds(1))
        .withReadyAt(NOON.plusSeconds(2))
        .withEnd(
            new ProcessEnd(
                NOON.plusSeconds(3),
                OptionalInt.of(143),
                Optional.of(Signal.TERM),
                Optional.of("java.lang.IllegalStateException: no"),
                "stopped by SIGTERM"));
  }
}
