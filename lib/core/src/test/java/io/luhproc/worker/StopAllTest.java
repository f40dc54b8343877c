package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.log.LogPolicy;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.relaunch.AppProgram;
import io.luhproc.relaunch.JvmCommand;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.StopResult.Outcome;
import io.luhproc.worker.bootstrap.Platform;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code stopAll} and {@code list} of many workers, selected by the exact name of a task. The
 * workers run sleep(1), because JVMs would be too slow.
 */
@Tag("process")
@ExtendWith(LeakCheck.class)
class StopAllTest {
  private static final int MANY = 200;

  @RegisterExtension final WorkerFixture workers = new WorkerFixture();
  private ProcessManager manager;

  @BeforeEach
  void createManager() {
    manager = builder().build();
  }

  private ProcessManager.Builder builder() {
    ProcessManager.Builder builder =
        ProcessManager.builder().root(workers.root).command(List.of("sleep", "300"));
    for (String task : List.of("INDEX", "INDEX_TWO", "IN_DEX", "in_dex")) {
      builder.task(task, context -> {});
    }
    return builder;
  }

  private boolean isAlive(WorkerInfo worker) {
    return workers.isAlive(workers.identityOf(worker));
  }

  @Test
  void stopAllKeepsTaskWhoseNameHasSamePrefix() {
    WorkerInfo one = manager.start("INDEX", "a");
    WorkerInfo two = manager.start("INDEX", "b");
    WorkerInfo other = manager.start("INDEX_TWO", "a");
    List<StopResult> results = manager.stopAll("INDEX");
    assertThat(results).extracting(StopResult::id).containsExactlyInAnyOrder("a", "b");
    assertThat(results).extracting(StopResult::task).containsOnly("INDEX");
    assertThat(results).extracting(StopResult::outcome).containsOnly(Outcome.STOPPED);
    assertThat(isAlive(one)).isFalse();
    assertThat(isAlive(two)).isFalse();
    assertThat(isAlive(other)).isTrue();
    assertThat(manager.list()).extracting(WorkerInfo::task).containsExactly("INDEX_TWO");
  }

  @Test
  void tasksDifferingOnlyInCaseUseSeparateDirectories() {
    WorkerInfo upper = manager.start("IN_DEX", "main");
    WorkerInfo lower = manager.start("in_dex", "main");
    assertThat(lower.launched()).isTrue();
    assertThat(lower.directory()).isNotEqualTo(upper.directory());
    assertThat(lower.directory().getFileName().toString()).startsWith("in-dex-");
    assertThat(upper.directory().getFileName().toString()).startsWith("in-dex-");
    manager.stopAll("in_dex");
    assertThat(isAlive(lower)).isFalse();
    assertThat(isAlive(upper)).isTrue();
  }

  @Test
  void idsResemblingAnotherTaskUseSeparateDirectories() {
    WorkerInfo one = manager.start("INDEX", "TWO-a");
    WorkerInfo two = manager.start("INDEX_TWO", "a");
    assertThat(one.directory()).isNotEqualTo(two.directory());
    assertThat(manager.info("INDEX", "TWO-a").orElseThrow().identity()).isEqualTo(one.identity());
    assertThat(manager.list("INDEX")).extracting(WorkerInfo::id).containsExactly("TWO-a");
  }

  @Test
  void stopAllStopsTwoHundredWorkers() {
    Set<Long> pids = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < MANY; i++) {
      WorkerInfo worker = manager.start("INDEX", "worker " + i);
      assertThat(worker.launched()).isTrue();
      pids.add(workers.identityOf(worker).pid());
    }
    WorkerInfo other = manager.start("INDEX_TWO", "other");
    assertThat(pids).hasSize(MANY);
    assertThat(manager.list("INDEX")).hasSize(MANY).allMatch(it -> it.state().isAlive());
    List<StopResult> results = manager.stopAll("INDEX");
    assertThat(results).hasSize(MANY).allMatch(it -> it.outcome() == Outcome.STOPPED);
    assertThat(manager.list("INDEX")).isEmpty();
    assertThat(workers.markedProcesses()).hasSize(1);
    assertThat(isAlive(other)).isTrue();
    assertThat(workers.root.toFile().list())
        .containsExactly(other.directory().getFileName().toString());
  }

  @Test
  void stopsShareScansOfProcessTable() {
    int count = 50;
    List<ProcessKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      manager.start("INDEX", "worker " + i);
      keys.add(new ProcessKey(Optional.empty(), "INDEX", "worker " + i));
    }
    ScanCountingTable table = new ScanCountingTable();
    ManagerContext context =
        new ManagerContext(
            TaskRegistry.empty().with("INDEX", task -> {}),
            Optional.empty(),
            ProcessRoot.at(workers.root),
            AppProgram.of(JvmCommand.ofCommand(List.of("sleep", "300"))),
            LogPolicy.defaults(),
            Duration.ofSeconds(10),
            WorkerEngines.LOCAL,
            new Platform(Map.of(), TimeSource.system(), table));
    assertThat(ParallelStop.run(context, keys, StopOptions.defaults()))
        .hasSize(count)
        .allMatch(it -> it.outcome() == Outcome.STOPPED);
    // Each stop needs two scans at least.
    assertThat(table.scans.get()).isBetween(2, count);
  }

  /** The process table of this machine. */
  private static final class ScanCountingTable implements ProcessTable {
    private final ProcessTable system = ProcessTable.system();
    final AtomicInteger scans = new AtomicInteger();

    @Override
    public Optional<ProcessStat> find(long pid) {
      return system.find(pid);
    }

    @Override
    public List<ProcessStat> all() {
      scans.incrementAndGet();
      return system.all();
    }

    @Override
    public long[] pids() {
      scans.incrementAndGet();
      return system.pids();
    }

    @Override
    public Optional<String> environmentVariable(long pid, String variable) {
      return system.environmentVariable(pid, variable);
    }

    @Override
    public String bootId() {
      return system.bootId();
    }
  }

  @Test
  void firstFailureIsThrownAfterAllStopsWereTried() {
    List<ProcessKey> keys = new ArrayList<>();
    Set<String> tried = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 20; i++) {
      keys.add(new ProcessKey(Optional.empty(), "INDEX", "worker " + i));
    }
    assertThatThrownBy(
            () ->
                ParallelStop.run(
                    keys,
                    key -> {
                      tried.add(key.id());
                      if (key.id().endsWith("7")) {
                        throw new LuhprocException("cannot stop " + key.id());
                      }
                      return new StopResult(
                          key.task(), key.id(), Outcome.STOPPED, Duration.ZERO, Optional.empty());
                    }))
        .isInstanceOf(LuhprocException.class)
        .hasMessageMatching("cannot stop worker 1?7")
        .satisfies(it -> assertThat(it.getSuppressed()).hasSize(1));
    assertThat(tried).hasSize(20);
  }

  @Test
  void listShowsOwnTasksAndListAllShowsAll() throws Exception {
    ProcessManager named = builder().app("another app").build();
    WorkerInfo own = manager.start("INDEX", "main");
    WorkerInfo other = named.start("INDEX", "main");
    Files.createDirectory(workers.root.resolve("index-without-record"));
    Files.createFile(workers.root.resolve("file"));
    assertThat(other.launched()).isTrue();
    assertThat(manager.list()).extracting(WorkerInfo::directory).containsExactly(own.directory());
    assertThat(named.list("INDEX"))
        .extracting(WorkerInfo::directory)
        .containsExactly(other.directory());
    assertThat(manager.list("INDEX_TWO")).isEmpty();
    assertThat(manager.listAll())
        .extracting(WorkerInfo::directory)
        .containsExactlyInAnyOrder(own.directory(), other.directory());
    assertThatThrownBy(() -> manager.list("INDEXER"))
        .isInstanceOf(UnknownTaskException.class)
        .hasMessageContaining("did you mean INDEX?");
  }

  @Test
  void listIsEmptyWhenRootDoesNotExist() {
    ProcessManager elsewhere = builder().root(workers.root.resolve("none")).build();
    assertThat(elsewhere.list()).isEmpty();
    assertThat(elsewhere.listAll()).isEmpty();
    assertThat(elsewhere.info("INDEX", "main")).isEmpty();
    assertThat(elsewhere.stopAll("INDEX")).isEmpty();
    assertThat(elsewhere.stop("INDEX", "main").outcome()).isEqualTo(Outcome.NOT_RUNNING);
    assertThat(workers.root.resolve("none")).doesNotExist();
  }
}
