package io.luhproc.log.rotate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.LogStreamReader;
import io.luhproc.posix.Posix;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random sequences of writes, rotations, truncations by another program and restarts of the
 * maintainer, with readers in between.
 *
 * <p>A reader delivers every line once and in order, except lines that a truncation removed.
 */
final class RandomTruncationTest {
  private static final int SEEDS = 40;
  private static final int STEPS = 60;
  private static final LogPolicy POLICY =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

  static Stream<Arguments> seeds() {
    return IntStream.range(0, SEEDS)
        .boxed()
        .flatMap(
            seed ->
                Stream.of(
                    Arguments.of(seed, FileSystemSupport.COLLAPSE),
                    Arguments.of(seed, FileSystemSupport.PUNCH),
                    Arguments.of(seed, FileSystemSupport.TRUNCATE)));
  }

  /** Operations of a file system. */
  enum FileSystemSupport {
    COLLAPSE,
    PUNCH,
    TRUNCATE;

    Posix posix() {
      return switch (this) {
        case COLLAPSE -> Posix.lazy();
        case PUNCH -> new FaultyPosix().withoutCollapse();
        case TRUNCATE -> new FaultyPosix().withoutPunch();
      };
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyLineIsReadOnceUnlessItWasTruncated(int seed, FileSystemSupport support)
      throws IOException {
    try (TempLogDirectory directory = TempLogDirectory.createOnDisk();
        Model model = new Model(directory, support)) {
      Random random = new Random(seed);
      for (int i = 0; i < STEPS; i++) {
        model.step(random);
      }
      model.finish();
    }
  }

  /** The writer, the maintainer and two readers of one log. */
  private static final class Model implements AutoCloseable {
    private final TempLogDirectory directory;
    private final VirtualTime time = new VirtualTime();
    private final Posix posix;
    private final List<String> history = new ArrayList<>();
    private final Set<Integer> removed = new TreeSet<>();
    private final ReaderModel eager;
    private final ReaderModel lazy;
    private @Nullable LogMaintainer maintainer;
    private int lastLine;

    Model(TempLogDirectory directory, FileSystemSupport support) throws IOException {
      this.directory = directory;
      this.posix = support.posix();
      eager = new ReaderModel("eager", this);
      lazy = new ReaderModel("lazy", this);
    }

    void step(Random random) throws IOException {
      int choice = random.nextInt(100);
      if (choice < 40) {
        write(1 + random.nextInt(choice < 10 ? 400 : 40));
      } else if (choice < 60) {
        tick();
      } else if (choice < 66) {
        truncate();
      } else if (choice < 69) {
        history.add("restart maintainer");
        closeMaintainer();
      } else if (choice < 72) {
        lazy.readAll();
      }
      if (random.nextInt(3) > 0) {
        eager.readAll();
      }
    }

    private void write(int lines) throws IOException {
      history.add("write " + (lastLine + 1) + " to " + (lastLine + lines));
      directory.writeNumberedLines(lastLine + 1, lastLine + lines);
      lastLine += lines;
    }

    private void tick() {
      history.add("tick");
      if (maintainer == null) {
        maintainer = directory.maintainer(POLICY, time, posix);
      }
      time.advance(Duration.ofSeconds(1));
      Duration ignored = maintainer.tick();
    }

    private void truncate() throws IOException {
      if (Files.notExists(directory.files().activeFile())) {
        return;
      }
      history.add("truncate");
      Matcher matcher =
          ReaderModel.LINE.matcher(Files.readString(directory.files().activeFile(), ISO_8859_1));
      while (matcher.find()) {
        removed.add(Integer.valueOf(matcher.group(1)));
      }
      FileChannel.open(
              directory.files().activeFile(),
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)
          .close();
    }

    void finish() throws IOException {
      eager.readAll();
      lazy.readAll();
      tick();
      write(3);
      tick();
      eager.finish();
      lazy.finish();
    }

    private void closeMaintainer() {
      if (maintainer != null) {
        maintainer.close();
        maintainer = null;
      }
    }

    @Override
    public void close() throws IOException {
      closeMaintainer();
      eager.reader.close();
      lazy.reader.close();
    }
  }

  /** The lines that a reader has read, in order. */
  private static final class ReaderModel {
    static final Pattern LINE = Pattern.compile("line (\\d+) of many\n");

    private final String name;
    private final Model model;
    private final LogStreamReader reader;
    private final byte[] buffer = new byte[3000];
    private final StringBuilder rest = new StringBuilder();
    private final List<Integer> lines = new ArrayList<>();

    ReaderModel(String name, Model model) throws IOException {
      this.name = name;
      this.model = model;
      reader = new LogStreamReader(model.directory.files());
      reader.seek(0);
    }

    void readAll() throws IOException {
      model.history.add(name + " reader reads");
      int gaps = reader.gaps();
      for (int count = read(); count > 0; count = read()) {
        if (reader.gaps() != gaps) {
          rest.setLength(0);
          gaps = reader.gaps();
        }
        rest.append(new String(buffer, 0, count, ISO_8859_1));
        takeLines();
      }
    }

    private int read() throws IOException {
      return reader.read(buffer, 0, buffer.length);
    }

    private void takeLines() {
      for (int end = rest.indexOf("\n") + 1; end > 0; end = rest.indexOf("\n") + 1) {
        String line = rest.substring(0, end);
        rest.delete(0, end);
        Matcher matcher = LINE.matcher(line);
        assertThat(matcher.matches())
            .as("%s reader: %s, %s", name, line.replace('\0', '0'), model.history)
            .isTrue();
        int number = Integer.parseInt(matcher.group(1));
        assertThat(number)
            .as("%s reader, %s", name, model.history)
            .isGreaterThan(lines.isEmpty() ? 0 : lines.get(lines.size() - 1));
        lines.add(number);
      }
    }

    void finish() throws IOException {
      readAll();
      Set<Integer> missing = new TreeSet<>();
      IntStream.rangeClosed(1, model.lastLine).forEach(missing::add);
      missing.removeAll(model.removed);
      lines.forEach(missing::remove);
      assertThat(missing).as("missing lines of the %s reader, %s", name, model.history).isEmpty();
    }
  }
}
