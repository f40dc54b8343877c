package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services of a configuration file whose processes run on an engine. */
@Tag("process")
@Timeout(60)
class RemoteServiceProcessTest {
  private static final String SERVICE =
      """
      [services.index]
      engine = "test:%s"
      command = ["index", "/docs"]
      restart = { condition = "on-failure", delay = "10ms", max_delay = "10ms" }
      min_ready_time = 0
      """;

  @TempDir Path folder;
  private Path file;
  private String place;
  private TestEngine engine;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("luhproc.toml");
    place = folder.getFileName().toString();
    engine = TestEngineProvider.engine(place);
  }

  private Daemon open(String services) throws IOException {
    write(services);
    return Daemon.open(file);
  }

  private void write(String services) throws IOException {
    Files.writeString(file, "[supervisor]\ndirectory = \"run\"\n" + services);
  }

  private static String get(Daemon daemon, String target) throws IOException {
    return RawHttp.body(RawHttp.request(RawHttp.unix(daemon.socket()), "GET", target));
  }

  private static ProcessState state(Daemon daemon) {
    return daemon.supervisor().status("index").state();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void processOfEngineStartsIsShownAndStops() throws Exception {
    try (Daemon daemon = open(SERVICE.formatted(place))) {
      daemon.start().join();

      assertThat(state(daemon)).isEqualTo(ProcessState.RUNNING);
      await(() -> daemon.supervisor().status("index").processes().get(0).place().isPresent());
      assertThat(get(daemon, "/services"))
          .contains("\"state\":\"running\"", "\"pid\":null")
          .contains("\"place\":\"test:" + place + ", room 1\"");
      await(() -> hasLog(daemon, "run-1: index /docs"));
      assertThat(engine.started()).isEqualTo(1);
      daemon.supervisor().stop("index").join();
      assertThat(engine.list()).isEmpty();
      assertThat(get(daemon, "/services")).contains("\"place\":null");
    }
  }

  private static boolean hasLog(Daemon daemon, String line) {
    try {
      return get(daemon, "/services/index/logs").contains(line);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void restartPolicyAppliesToExitOnEngine() throws Exception {
    try (Daemon daemon = open(SERVICE.formatted(place))) {
      daemon.start().join();

      engine.exit("index", 7);

      await(() -> engine.started() == 2 && state(daemon) == ProcessState.RUNNING);
      assertThat(get(daemon, "/services")).contains("\"restarts\":1", "\"exitCode\":7");
      await(() -> hasLog(daemon, "run-2: index /docs"));
      engine.exit("index", 0);
      await(() -> state(daemon) == ProcessState.EXITED);
      assertThat(engine.started()).isEqualTo(2);
    }
  }

  @Test
  void reloadMovesProcessToEngineAndBack() throws Exception {
    String local = "[services.index]\ncommand = [\"sleep\", \"60\"]\n";
    try (Daemon daemon = open(local)) {
      daemon.start().join();
      assertThat(get(daemon, "/services")).contains("\"place\":null");

      write(SERVICE.formatted(place));
      assertThat(daemon.reload().changed()).containsExactly("index");

      assertThat(engine.started()).isEqualTo(1);
      assertThat(get(daemon, "/services")).contains("\"pid\":null");
      write(local);
      assertThat(daemon.reload().changed()).containsExactly("index");
      assertThat(engine.list()).isEmpty();
      assertThat(get(daemon, "/services")).contains("\"running\":true", "\"place\":null");
    }
  }
}
