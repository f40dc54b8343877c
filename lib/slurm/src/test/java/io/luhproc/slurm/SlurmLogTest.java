package io.luhproc.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineLog.Line;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.log.LogStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SlurmLogTest {
  @TempDir Path run;

  @BeforeEach
  void createFiles() throws IOException {
    write("out.log", "");
    write("err.log", "");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(
        run.resolve(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private SlurmLog open(boolean follow, Supplier<Optional<Phase>> phase) {
    return new SlurmLog(run, Optional.empty(), follow, phase);
  }

  private static List<Line> read(EngineLog log) throws InterruptedException {
    List<Line> lines = new ArrayList<>();
    Line line = log.next();
    while (line != null) {
      lines.add(line);
      line = log.next();
    }
    return lines;
  }

  private List<String> texts() throws InterruptedException {
    return read(open(false, () -> Optional.of(Phase.ENDED))).stream().map(Line::text).toList();
  }

  @Test
  void lineWithoutEndIsReadWhenWorkerHasEnded() throws Exception {
    write("out.log", "a\npart");

    SlurmLog running = open(false, () -> Optional.of(Phase.RUNNING));
    assertThat(read(running)).extracting(Line::text).containsExactly("a");
    assertThat(running.end()).contains(EngineLog.End.UP_TO_DATE);

    SlurmLog ended = open(false, () -> Optional.of(Phase.ENDED));
    assertThat(read(ended)).extracting(Line::text).containsExactly("a", "part");
    assertThat(ended.end()).contains(EngineLog.End.COMPLETE);
  }

  @Test
  void cursorContinuesInBothStreams() throws Exception {
    write("out.log", "a\nb\n");
    write("err.log", "x\n");
    List<Line> all = read(open(false, () -> Optional.of(Phase.ENDED)));
    write("out.log", "c\n");

    SlurmLog rest =
        new SlurmLog(run, Optional.of(all.get(1).cursor()), false, () -> Optional.of(Phase.ENDED));

    assertThat(read(rest))
        .extracting(line -> line.stream() + " " + line.text())
        .containsExactly(LogStream.OUT + " c", LogStream.ERR + " x");
  }

  @Test
  void longLineIsReadInPiecesBetweenCharacters() throws Exception {
    String line = "x" + "🚀ä€".repeat(40_000);
    write("out.log", line + "\nnext\n");

    List<String> texts = texts();

    assertThat(String.join("", texts)).isEqualTo(line + "next");
    assertThat(texts)
        .allMatch(it -> it.getBytes(StandardCharsets.UTF_8).length <= StreamReader.MAX_PIECE_BYTES);
    assertThat(texts).endsWith("next").noneMatch(it -> it.contains("\uFFFD"));
  }

  @Test
  void bytesThatAreNoTextAreReadToTheEnd() throws Exception {
    byte[] bytes = new byte[200_000];
    java.util.Arrays.fill(bytes, (byte) 0x80);
    Files.write(run.resolve("out.log"), bytes);

    assertThat(String.join("", texts())).hasSize(200_000).matches("\uFFFD+");
  }

  @Test
  void linkIsNotFollowed() throws Exception {
    Path secret = Files.writeString(run.resolve("secret"), "secret\n");
    Files.delete(run.resolve("out.log"));
    Path ignored = Files.createSymbolicLink(run.resolve("out.log"), secret);
    SlurmLog log = open(false, () -> Optional.of(Phase.ENDED));

    assertThat(read(log)).isEmpty();
    assertThat(log.end()).contains(EngineLog.End.GONE);
  }

  @Test
  void pipeDoesNotBlock() throws Exception {
    Files.delete(run.resolve("out.log"));
    String pipe = run.resolve("out.log").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    SlurmLog log = open(true, () -> Optional.of(Phase.RUNNING));

    assertThat(read(log)).isEmpty();
    assertThat(log.end()).contains(EngineLog.End.GONE);
  }

  @Test
  void fileThatBecameShorterIsGone() throws Exception {
    write("out.log", "a\nb\n");
    SlurmLog log = open(true, () -> Optional.of(Phase.RUNNING));
    assertThat(log.next()).isNotNull();
    assertThat(log.next()).isNotNull();

    Files.writeString(run.resolve("out.log"), "a\n");

    assertThat(log.next()).isNull();
    assertThat(log.end()).contains(EngineLog.End.GONE);
  }

  @Test
  void removedRunIsGone() throws Exception {
    SlurmLog log = open(false, Optional::empty);

    assertThat(log.next()).isNull();
    assertThat(log.end()).contains(EngineLog.End.GONE);
  }

  @Test
  void followedLogEndsAfterRecordedEnd() throws Exception {
    write("out.log", "a\nlast");
    PrivateFiles.write(run.resolve("end"), "exit 0\n");
    List<Phase> phases = new ArrayList<>(List.of(Phase.RUNNING, Phase.STOPPING, Phase.ENDED));
    SlurmLog log = open(true, () -> Optional.of(phases.remove(0)));

    assertThat(read(log)).extracting(Line::text).containsExactly("a", "last");
    assertThat(log.end()).contains(EngineLog.End.COMPLETE);
    assertThat(phases).isEmpty();
  }

  @Test
  void readingGoesOnAfterNoAnswer() throws Exception {
    PrivateFiles.write(run.resolve("end"), "exit 0\n");
    List<Boolean> failures = new ArrayList<>(List.of(true));
    SlurmLog log =
        open(
            true,
            () -> {
              if (!failures.isEmpty()) {
                failures.clear();
                throw new EngineUnavailableException("cannot ask: no answer; wait");
              }
              return Optional.of(Phase.ENDED);
            });

    assertThatThrownBy(log::next).isInstanceOf(EngineUnavailableException.class);
    assertThat(log.end()).isEmpty();
    write("out.log", "late\n");

    assertThat(read(log)).extracting(Line::text).containsExactly("late");
  }

  @Test
  void invalidCursorIsRefused() {
    for (String cursor : new String[] {"", "1", "-1:0", "1:9999999999999999999", "a:b"}) {
      assertThatThrownBy(() -> new SlurmLog(run, Optional.of(cursor), false, Optional::empty))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
