package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
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

/** The form of process.properties. */
class DescriptionFormatTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456Z");

  @Test
  void givesBackWhatIsKnownBeforeTheLaunch() {
    assertThat(DescriptionFormat.read(DescriptionFormat.write(launching("main"))))
        .contains(launching("main"));
  }

  @Test
  void givesBackEverything() {
    assertThat(DescriptionFormat.read(DescriptionFormat.write(whole()))).contains(whole());
  }

  @Test
  void givesBackAnEndOfWhichLittleIsKnown() {
    Description ended = launching("main").withEnd(ProcessEnd.ofExitStatus(NOON, 137));
    assertThat(DescriptionFormat.read(DescriptionFormat.write(ended))).contains(ended);
    Description vague =
        launching("main")
            .withEnd(
                new ProcessEnd(
                    NOON, OptionalInt.empty(), Optional.empty(), Optional.empty(), "nobody saw"));
    assertThat(DescriptionFormat.read(DescriptionFormat.write(vague))).contains(vague);
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
  void givesBackEveryText(String text) {
    Description strange = launching(text);
    assertThat(DescriptionFormat.read(DescriptionFormat.write(strange))).contains(strange);
  }

  @Test
  void givesBackTextOfManyLines() {
    Description failed =
        launching("main")
            .withEnd(
                new ProcessEnd(
                    NOON,
                    OptionalInt.of(1),
                    Optional.empty(),
                    Optional.of("java.lang.Error: two\nlines\r\n\tand a tab \0 nul"),
                    "the task threw"));
    assertThat(DescriptionFormat.read(DescriptionFormat.write(failed))).contains(failed);
  }

  @Test
  void isPlainAsciiThatPropertiesRead() throws IOException {
    String text = new String(DescriptionFormat.write(whole()), StandardCharsets.ISO_8859_1);
    assertThat(text).matches("[\\x20-\\x7e\\n]*").startsWith("format=1\n");
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    assertThat(properties)
        .containsEntry("task", "INDEXER")
        .containsEntry("pid", "4711")
        .containsEntry("complete", "true");
  }

  @Test
  void isNotBelievedWhereverItIsCutOff() {
    byte[] bytes = DescriptionFormat.write(whole());
    for (int length = 0; length < bytes.length - 1; length++) {
      assertThat(DescriptionFormat.read(Arrays.copyOf(bytes, length)))
          .as("the first %d of %d bytes", length, bytes.length)
          .isEmpty();
    }
    assertThat(DescriptionFormat.read(Arrays.copyOf(bytes, bytes.length - 1))).contains(whole());
  }

  @Test
  void isNotBelievedWhenItsEndWasNeverWrittenToTheDisk() {
    byte[] bytes = DescriptionFormat.write(whole());
    for (int length = 0; length < bytes.length - 1; length += 7) {
      byte[] zeros = Arrays.copyOf(Arrays.copyOf(bytes, length), bytes.length);
      assertThat(DescriptionFormat.read(zeros)).as("zeros from %d", length).isEmpty();
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
        "format=2",
        "broken=\\u00"
      })
  void isNotBelievedWithAValueThatCannotBe(String line) {
    String text = new String(DescriptionFormat.write(whole()), StandardCharsets.ISO_8859_1);
    byte[] bytes = (text + line + "\n").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(DescriptionFormat.read(bytes)).isEmpty();
  }

  @Test
  void neverFailsOnNoise() {
    Random random = new Random(17);
    byte[] whole = DescriptionFormat.write(whole());
    for (int i = 0; i < 2_000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      assertThat(DescriptionFormat.read(damaged)).isNotNull();
    }
  }

  @Test
  void ignoresWhatALaterVersionAdds() {
    String text = new String(DescriptionFormat.write(whole()), StandardCharsets.ISO_8859_1);
    byte[] bytes = (text + "cgroup=/user.slice\n").getBytes(StandardCharsets.ISO_8859_1);
    assertThat(DescriptionFormat.read(bytes)).contains(whole());
  }

  private static Description launching(String id) {
    return Description.launching(
        new ProcessKey(Optional.of("docsearch"), "INDEXER", id),
        "com.example.Main",
        new Description.Launch("3w5e11264sgsf", NOON),
        new LaunchedCommand(
            List.of("/usr/bin/java", "-cp", "/srv/my app/lib", "com.example.Main", ""),
            List.of("-Xmx64m"),
            List.of("x", ""),
            Path.of("/srv/app"),
            List.of("FOLDER")));
  }

  private static Description whole() {
    return launching("main")
        .withIdentity(new ProcessIdentity(4711, 123_456, "0b1c2d3e-aaaa-bbbb-cccc-121212121212"))
        .withRunning(NOON.plusSeconds(1))
        .withReady(NOON.plusSeconds(2))
        .withEnd(
            new ProcessEnd(
                NOON.plusSeconds(3),
                OptionalInt.of(143),
                Optional.of(Signal.TERM),
                Optional.of("java.lang.IllegalStateException: no"),
                "stopped by SIGTERM"));
  }
}
