package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.DirectoryLockedException;
import io.luhproc.LuhprocException;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.SteppedProcess;
import io.luhproc.time.Deadline;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One at a time, whoever it is and however the last one ended. */
@ExtendWith(LeakCheck.class)
@Tag("process")
class DirectoryLockTest {
  @TempDir private Path folder;
  @TempDir private Path output;
  private ProcessDirectory directory;

  @BeforeEach
  void createDirectory() {
    directory = ProcessDirectory.at(folder.resolve("indexer-000000000000"));
    directory.create();
  }

  @Test
  void onlyOneThreadHoldsLockAtATime() throws InterruptedException {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger max = new AtomicInteger();
    AtomicInteger rounds = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Threads.daemon(
              "locks-" + i,
              () -> {
                for (int round = 0; round < 10; round++) {
                  try (DirectoryLock lock = directory.lock(timeout()).orElseThrow()) {
                    assertThat(lock).isNotNull();
                    max.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    rounds.incrementAndGet();
                    inside.decrementAndGet();
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(max).hasValue(1);
    assertThat(rounds).hasValue(80);
  }

  @Test
  void secondCloseDoesNotReleaseNextHolder() {
    DirectoryLock first = directory.lock(timeout()).orElseThrow();
    first.close();
    try (DirectoryLock second = directory.lock(timeout()).orElseThrow()) {
      first.close();
      assertThat(second).isNotSameAs(first);
      assertBusy();
    }
  }

  @Test
  void lockTimeoutNamesLockFileWhenHeldByAnotherProcess() throws IOException {
    try (JavaProcess holder = holder()) {
      assertThat(holder.isAlive()).isTrue();
      assertBusy();
    }
  }

  @Test
  void lockIsAcquiredWhenAnotherProcessReleasesIt() throws IOException {
    try (JavaProcess holder = holder()) {
      holder.writeLine("give back");
      try (DirectoryLock lock = directory.lock(timeout()).orElseThrow()) {
        assertThat(lock).isNotNull();
        holder.awaitLine("gave back");
        assertThat(holder.isAlive()).isTrue();
      }
    }
  }

  @Test
  void lockIsAcquiredWhenHolderIsKilled() throws IOException {
    try (JavaProcess holder = holder()) {
      holder.kill();
      try (DirectoryLock lock = directory.lock(timeout()).orElseThrow()) {
        assertThat(lock).isNotNull();
      }
    }
  }

  @Test
  void lockExcludesAnotherProcess() throws IOException {
    DirectoryLock lock = directory.lock(timeout()).orElseThrow();
    try (JavaProcess other = JavaProcess.of(HoldsLock.class, directory).start(output)) {
      other.awaitLine("tries");
      assertBusy();
      // Whatever this JVM tried meanwhile, the kernel must not have taken our lock for it.
      assertThat(other.out()).doesNotContain("holds");
      lock.close();
      other.awaitLine("holds");
      assertBusy();
    } finally {
      lock.close();
    }
  }

  @Test
  void lockIsRefusedWhenFileIsPipe() throws Exception {
    Path file = directory.path().resolve(DirectoryLock.FILE_NAME);
    // The open of a fifo would wait for its other end, for ever.
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> directory.lock(timeout()))
        .isInstanceOf(LuhprocException.class)
        .hasMessage(file.toRealPath() + " is no regular file; remove it");
  }

  @Test
  void lockIsSharedAcrossSymlinkedPaths() throws IOException {
    Path link = Files.createSymbolicLink(output.resolve("link"), folder);
    DirectoryLock lock =
        ProcessDirectory.at(link.resolve(directory.name())).lock(timeout()).orElseThrow();
    try (lock) {
      assertBusy();
    }
  }

  @Test
  void lockIsAcquiredOnNewFileWhenHeldFileIsDeleted() throws IOException {
    try (JavaProcess holder = holder()) {
      CompletableFuture<DirectoryLock> waiting = lockInBackground();
      Files.delete(directory.path().resolve(DirectoryLock.FILE_NAME));
      DirectoryLock lock = waiting.join();
      try (lock) {
        // The holder holds a file that has no name any more, which keeps nobody out.
        assertThat(holder.isAlive()).isTrue();
        assertThat(directory.path().resolve(DirectoryLock.FILE_NAME)).exists();
        assertBusy();
      }
    }
  }

  @Test
  void lockIsRetriedWhenFileIsDeletedBetweenOpenAndLock() throws Exception {
    directory.lock(timeout()).orElseThrow().close();
    JavaProcess.Builder rival = JavaProcess.of(HoldsLock.class, directory);
    try (SteppedProcess slow = SteppedProcess.start(rival, output)) {
      slow.runToStep("tryLock");
      Files.delete(directory.path().resolve(DirectoryLock.FILE_NAME));
      DirectoryLock lock = directory.lock(timeout()).orElseThrow();
      try (lock) {
        // It got the lock of the nameless file, and tries again.
        slow.runToStep("tryLock");
        assertThat(slow.process().out()).doesNotContain("holds");
      }
      slow.detach();
      slow.process().awaitLine("holds");
    }
  }

  @Test
  void lockIsEmptyWhenDirectoryIsMissing() throws IOException {
    directory.delete();
    assertThat(directory.lock(timeout())).isEmpty();
    assertThat(directory.lockExisting(timeout())).isEmpty();
  }

  @Test
  void lockIsEmptyWhenDirectoryIsDeletedWhileWaiting() {
    CompletableFuture<Optional<DirectoryLock>> waiting = new CompletableFuture<>();
    DirectoryLock held = directory.lock(timeout()).orElseThrow();
    try (held) {
      Threads.daemon("waits", () -> waiting.complete(directory.lockExisting(timeout()))).start();
      directory.delete();
    }
    assertThat(waiting.join()).isEmpty();
    assertThat(directory.path()).doesNotExist();
  }

  @Test
  void lockExistingDoesNotCreateFile() {
    assertThat(directory.lockExisting(timeout())).isEmpty();
    assertThat(directory.path()).isEmptyDirectory();
  }

  @Test
  void lockIsRefusedWhenFileIsSymlink() throws IOException {
    Path target = folder.resolve("target");
    Files.createFile(target);
    Files.createSymbolicLink(directory.path().resolve(DirectoryLock.FILE_NAME), target);
    assertThatThrownBy(() -> directory.lock(timeout()))
        .isInstanceOf(LuhprocException.class)
        .hasMessageEndingWith(DirectoryLock.FILE_NAME + " is no regular file; remove it");
  }

  @Test
  void interruptIsRestoredWhenLockWaitIsInterrupted() {
    DirectoryLock held = directory.lock(timeout()).orElseThrow();
    try (held) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> directory.lock(timeout()))
          .isInstanceOf(DirectoryLockedException.class)
          .hasMessageContaining("interrupted while waiting for");
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThatCode(() -> directory.lock(timeout()).orElseThrow().close())
        .doesNotThrowAnyException();
  }

  private CompletableFuture<DirectoryLock> lockInBackground() {
    CompletableFuture<DirectoryLock> given = new CompletableFuture<>();
    Thread thread =
        Threads.daemon(
            "waits",
            () -> {
              try {
                given.complete(directory.lock(timeout()).orElseThrow());
              } catch (RuntimeException e) {
                given.completeExceptionally(e);
              }
            });
    thread.start();
    Eventually.holds("a thread that waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
    return given;
  }

  private JavaProcess holder() throws IOException {
    JavaProcess holder = JavaProcess.of(HoldsLock.class, directory).start(output);
    holder.awaitLine("holds");
    return holder;
  }

  private void assertBusy() {
    Deadline soon = Deadline.after(TimeSource.system(), Duration.ofMillis(100));
    assertThatThrownBy(() -> directory.lock(soon))
        .isInstanceOf(DirectoryLockedException.class)
        .hasMessage(
            "somebody else is starting or stopping the process in "
                + directory
                + "; try again, or see who has "
                + directory.path().resolve("lock")
                + " open");
  }

  private static Deadline timeout() {
    return Deadline.after(TimeSource.system(), Duration.ofSeconds(20));
  }
}
