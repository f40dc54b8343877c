package io.luhproc.log;

import static io.luhproc.log.LogDirectory.numbers;
import static io.luhproc.log.LogDirectory.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.posix.Posix;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A keeper that dies at every step, on every kind of file system, and once more in recovery. */
final class KeeperCrashTest {
  private static final LogPolicy POLICY =
      LogPolicy.defaults().withMaxBytes(10_000).withMaxParts(1000).withGzip(true);
  private static final int WRITTEN = 3000;

  static Stream<Arguments> crashes() {
    List<Arguments> cases = new ArrayList<>();
    for (Path fileSystem : LogDirectory.fileSystems()) {
      for (Kind kind : Kind.values()) {
        for (Step first : Step.values()) {
          cases.add(Arguments.of(fileSystem, kind, first));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("crashes")
  void nothingIsLostWhereverAKeeperDies(Path fileSystem, Kind kind, Step step) throws IOException {
    try (LogDirectory directory = LogDirectory.on(fileSystem)) {
      directory.writeNumbers(1, WRITTEN);
      dieAt(step, directory, kind);
      assertReadersSee(directory, 1, WRITTEN);

      directory.writeNumbers(WRITTEN + 1, WRITTEN + 10);
      assertReadersSee(directory, 1, WRITTEN + 10);

      for (Step second : Step.values()) {
        dieAt(second, directory, kind);
        assertReadersSee(directory, 1, WRITTEN + 10);
      }
      keepUntilQuiet(directory, kind);
      assertReadersSee(directory, 1, WRITTEN + 10);
      assertThat(directory.concatenated().lines().toList()).isEqualTo(numbers(1, WRITTEN + 10));
      assertThat(directory.names()).noneMatch(name -> name.startsWith("."));
    }
  }

  private static void assertReadersSee(LogDirectory directory, int from, int to) {
    assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numbers(from, to));
    assertThat(texts(directory.log().tail(700))).isEqualTo(numbers(to - 699, to));
  }

  private static void dieAt(Step step, LogDirectory directory, Kind kind) {
    Set<Step> reached = EnumSet.noneOf(Step.class);
    KeeperTools tools =
        LogDirectory.tools(
            new SettableTime(),
            kind.posix(),
            now -> {
              reached.add(now);
              if (now == step) {
                throw new Killed();
              }
            });
    try {
      LogKeeper keeper = directory.keeper(POLICY, tools);
      keeper.tick();
      keeper.tick();
    } catch (Killed expected) {
      return;
    }
    assertThat(reached).doesNotContain(step);
  }

  private static void keepUntilQuiet(LogDirectory directory, Kind kind) {
    KeeperTools tools = LogDirectory.tools(new SettableTime(), kind.posix(), step -> {});
    try (LogKeeper keeper = directory.keeper(POLICY, tools)) {
      for (int i = 0; i < 20; i++) {
        keeper.tick();
      }
    }
  }

  /** What the file system can do. */
  enum Kind {
    WHATEVER_IT_CAN,
    PUNCH_ONLY,
    NEITHER;

    Posix posix() {
      return switch (this) {
        case WHATEVER_IT_CAN -> Posix.lazy();
        case PUNCH_ONLY -> new FaultyPosix().withoutCollapse();
        case NEITHER -> new FaultyPosix().withoutPunch();
      };
    }
  }

  /** What kill -9 is to a process: no catch of ours handles it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }
}
