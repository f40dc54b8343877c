package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.posix.Posix;
import io.luhproc.testing.NamedPipes;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a process directory, and paths that are refused as one. */
class ProcessDirectoryTest {
  private static final int NOBODY_UID = 65534;

  @TempDir private Path folder;
  private Path path;
  private ProcessDirectory directory;

  @BeforeEach
  void setPath() {
    path = folder.resolve("indexer-000000000000");
    directory = ProcessDirectory.at(path);
  }

  @Test
  void createReturnsFalseWhenDirectoryExists() {
    assertThat(directory.exists()).isFalse();
    assertThat(directory.create()).isTrue();
    assertThat(directory.create()).isFalse();
    assertThat(directory.exists()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "desired-state", "process.properties"})
  @Timeout(20)
  void readFailsWithoutBlockingOnPipeOrDevice(String name) throws IOException {
    directory.create();
    NamedPipes.create(path.resolve(name));
    assertThatThrownBy(() -> read(name)).hasMessageContainingAll(name, "must be a regular file");
    Files.delete(path.resolve(name));
    Files.createSymbolicLink(path.resolve(name), Path.of("/dev/zero"));
    assertThatThrownBy(() -> read(name)).hasMessageContainingAll(name, "must be a regular file");
  }

  private void read(String name) {
    switch (name) {
      case "pid" -> directory.readPid();
      case "desired-state" -> directory.isDesiredUp();
      default -> directory.readRecord();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "desired-state", "process.properties"})
  void oversizedFileIsTreatedAsDamaged(String name) throws IOException {
    directory.create();
    try (RandomAccessFile huge = new RandomAccessFile(path.resolve(name).toFile(), "rw")) {
      huge.setLength(100L << 30);
    }
    assertThat(directory.readPid()).isEmpty();
    assertThat(directory.isDesiredUp()).isFalse();
    assertThat(directory.readRecord()).isEmpty();
  }

  @Test
  @Timeout(20)
  void pipeIsReplacedOnWrite() throws IOException {
    directory.create();
    for (String name : List.of(".pid.new", ".process.properties.new", "desired-state")) {
      NamedPipes.create(path.resolve(name));
    }
    directory.writePid(39241);
    directory.writeRecord(sampleRecord());
    directory.writeDesiredState(true);
    assertThat(directory.readPid()).contains(39241L);
    assertThat(directory.readRecord()).contains(sampleRecord());
    assertThat(directory.isDesiredUp()).isTrue();
  }

  @Test
  void directoryAndFilesAreOwnerOnly() throws IOException {
    directory.create();
    directory.prepareLogFiles();
    directory.writePid(39241);
    directory.writeRecord(sampleRecord());
    assertThat(permissions(path)).isEqualTo("rwx------");
    for (String file : List.of("out.log", "err.log", "pid", "process.properties")) {
      assertThat(permissions(path.resolve(file))).as(file).isEqualTo("rw-------");
    }
  }

  @Test
  void incompleteLastLineOfLogIsEndedForNextLaunch() throws IOException {
    directory.create();
    directory.prepareLogFiles();
    directory.prepareLogFiles();
    assertThat(directory.outLog()).isEmptyFile();
    Files.writeString(directory.outLog(), "starting\nfatal: no license");
    Files.writeString(directory.errLog(), "complete\n");
    directory.prepareLogFiles();
    assertThat(directory.outLog()).hasContent("starting\nfatal: no license\n");
    assertThat(directory.errLog()).hasContent("complete\n");
    // The front of a file whose content was rotated.
    Files.write(directory.errLog(), new byte[4096]);
    directory.prepareLogFiles();
    assertThat(directory.errLog()).hasSize(4096);
  }

  @Test
  void desiredStateIsUpUntilWrittenDown() throws IOException {
    directory.create();
    assertThat(directory.isDesiredUp()).isFalse();
    directory.writeDesiredState(true);
    assertThat(path.resolve("desired-state")).hasContent("up\n");
    assertThat(directory.isDesiredUp()).isTrue();
    directory.writeDesiredState(false);
    directory.writeDesiredState(false);
    assertThat(directory.isDesiredUp()).isFalse();
    directory.writeDesiredState(true);
    assertThat(path.resolve("desired-state")).hasContent("up\n");
    directory.writeDesiredState(false);
    Files.createFile(path.resolve("desired-state"));
    assertThat(directory.isDesiredUp()).as("emptied by a power failure").isTrue();
    Files.writeString(path.resolve("desired-state"), "down\n");
    assertThat(directory.isDesiredUp()).as("as an earlier version wrote it").isFalse();
    directory.writeDesiredState(true);
    assertThat(directory.isDesiredUp()).isTrue();
    directory.writeDesiredState(false);
    Files.delete(path.resolve(".desired-state.new"));
    Path link = Files.createSymbolicLink(path.resolve(".desired-state.new"), path.resolve("pid"));
    directory.writeDesiredState(true);
    assertThat(path.resolve("desired-state")).hasContent("up\n");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void desiredStateOfEarlierVersionIsReadUntilNextWrite() throws IOException {
    directory.create();
    Path old = path.resolve("want");
    Files.writeString(old, "up\n");
    assertThat(directory.isDesiredUp()).isTrue();
    directory.writeDesiredState(false);
    assertThat(old).doesNotExist();
    assertThat(directory.isDesiredUp()).isFalse();

    Files.writeString(old, "down\n");
    assertThat(directory.isDesiredUp()).isFalse();
    directory.writeDesiredState(true);
    assertThat(old).doesNotExist();
    assertThat(directory.isDesiredUp()).isTrue();
    Files.writeString(old, "down\n");
    assertThat(directory.isDesiredUp()).as("the new file takes precedence").isTrue();
  }

  @Test
  void directoryIsRefusedWhenSymlink() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Files.createSymbolicLink(path, target);
    String message = path + " is a symbolic link, which luhproc never follows; remove it";
    assertRefused(message);
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void directoryIsRefusedWhenRegularFile() throws IOException {
    Files.createFile(path);
    assertRefused(path + " is not a directory; remove it, or choose another");
  }

  @Test
  void directoryIsRefusedWhenOwnedByAnotherUser() throws IOException {
    assumeTrue(EffectiveUser.isRoot(), "only root can give a directory away");
    directory.create();
    Files.setAttribute(path, "unix:uid", NOBODY_UID);
    assertRefused(
        path
            + " belongs to another user (uid 65534); run as that user, have it removed, or use"
            + " another root (LUHPROC_TMP_DIR for workers, directory(..) for a supervisor)");
  }

  @Test
  void createFailsWhenRootIsMissing() {
    ProcessDirectory rootless = ProcessDirectory.at(folder.resolve("gone/indexer-000000000000"));
    assertThatThrownBy(rootless::create)
        .isInstanceOf(LuhprocException.class)
        .hasMessageStartingWith("cannot create " + rootless);
  }

  @Test
  void prepareLogFilesKeepsExistingLogs() throws IOException {
    directory.create();
    Files.writeString(directory.outLog(), "before\n");
    directory.prepareLogFiles();
    assertThat(directory.outLog()).hasContent("before\n");
    assertThat(directory.errLog()).isEmptyFile();
  }

  @Test
  void prepareLogFilesRefusesSymlink() throws IOException {
    directory.create();
    Path secret = Files.writeString(folder.resolve("secret"), "untouched");
    Files.createSymbolicLink(directory.errLog(), secret);
    assertThatThrownBy(directory::prepareLogFiles)
        .isInstanceOf(LuhprocException.class)
        .hasMessageContaining(directory.errLog() + " is not a regular file; remove it");
    assertThat(secret).hasContent("untouched");
  }

  @Test
  void recordIsEmptyWhenMissingOrTruncated() throws IOException {
    assertThat(directory.readRecord()).isEmpty();
    directory.create();
    assertThat(directory.readRecord()).isEmpty();
    directory.writeRecord(sampleRecord());
    assertThat(directory.readRecord()).contains(sampleRecord());
    Path file = path.resolve("process.properties");
    byte[] encoded = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(encoded, encoded.length / 2));
    assertThat(directory.readRecord()).isEmpty();
  }

  @Test
  void recordIsUnchangedWhenWriteFails() throws IOException {
    directory.create();
    directory.writeRecord(sampleRecord());
    Path blocked = Files.createDirectory(path.resolve(".process.properties.new"));
    Files.createFile(blocked.resolve("in the way"));
    assertThatThrownBy(() -> directory.writeRecord(sampleRecord().withRunningAt(Instant.EPOCH)))
        .isInstanceOf(LuhprocException.class)
        .hasMessageStartingWith("cannot write " + path.resolve("process.properties"))
        .hasMessageEndingWith("; check that its disk is not full and not read-only");
    assertThat(directory.readRecord()).contains(sampleRecord());
  }

  @Test
  void deleteRemovesDirectoryTree() throws IOException {
    directory.create();
    directory.prepareLogFiles();
    Files.createDirectories(path.resolve("data/of/the/task"));
    Files.createFile(path.resolve("data/of/the/task/file"));
    Files.createFile(path.resolve(DirectoryLock.FILE_NAME));
    directory.delete();
    assertThat(path).doesNotExist();
    directory.delete();
  }

  @Test
  void deleteRemovesSymlinksNotTargets() throws IOException {
    directory.create();
    Path target = Files.createDirectory(folder.resolve("target"));
    Path file = Files.writeString(target.resolve("file"), "untouched");
    Files.createSymbolicLink(path.resolve("directory"), target);
    Files.createSymbolicLink(path.resolve("file"), file);
    Files.createSymbolicLink(path.resolve("nothing"), folder.resolve("nothing"));
    directory.delete();
    assertThat(path).doesNotExist();
    assertThat(file).hasContent("untouched");
  }

  @Test
  void touchKeepsLockOfLogMaintainer() throws IOException {
    directory.create();
    directory.prepareLogFiles();
    LogMaintainer maintainer =
        LogMaintainer.open(
            directory.path(),
            LogStream.OUT,
            LogPolicy.defaults(),
            TimeSource.system(),
            Posix.lazy());
    try (maintainer) {
      Duration ignored = maintainer.tick();
      Object inode = Files.getAttribute(directory.path().resolve("out.lock"), "unix:ino");
      Path locks = Path.of("/proc/locks");
      assertThat(Files.readString(locks)).contains(":" + inode + " ");
      directory.touch(Instant.now());
      assertThat(Files.readString(locks)).contains(":" + inode + " ");
    }
  }

  @Test
  void touchKeepsModificationTimeOfFiles() throws IOException {
    directory.create();
    directory.prepareLogFiles();
    FileTime old = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(directory.outLog(), old);
    Instant now = Instant.parse("2026-11-20T12:00:00Z");
    directory.touch(now);
    BasicFileAttributes log = Files.readAttributes(directory.outLog(), BasicFileAttributes.class);
    assertThat(log.lastModifiedTime()).isEqualTo(old);
    assertThat(log.lastAccessTime().toInstant()).isEqualTo(now);
    assertThat(Files.getLastModifiedTime(path).toInstant()).isEqualTo(now);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(directory::exists)
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessage(message);
    assertThatThrownBy(directory::create)
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessage(message);
  }

  @Test
  void operationsFailWithRemedyWhenFileIsDirectory() throws IOException {
    directory.create();
    for (String name : List.of("pid", "desired-state", "process.properties")) {
      Files.createDirectory(path.resolve(name));
    }
    String remedy = "it must be a regular file, remove what is in its place";
    assertThatThrownBy(() -> directory.readPid()).hasMessageEndingWith(remedy);
    assertThatThrownBy(() -> directory.isDesiredUp()).hasMessageEndingWith(remedy);
    assertThatThrownBy(() -> directory.readRecord()).hasMessageEndingWith(remedy);
    Files.createFile(path.resolve("pid/inside"));
    assertThatThrownBy(() -> directory.deletePid()).hasMessageEndingWith(remedy);
    assertThatThrownBy(() -> directory.stashPid()).hasMessageEndingWith(remedy);
    assertThat(path.resolve("pid/inside")).exists();
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static ProcessRecord sampleRecord() {
    return ProcessRecord.forLaunch(
        new ProcessKey(Optional.empty(), "INDEXER", "main"),
        "com.example.Main",
        new ProcessRecord.Launch("token", Instant.parse("2026-11-20T12:00:00Z")),
        new LaunchedCommand(
            List.of("java"), List.of(), List.of(), Path.of("/"), List.of("FOLDER")));
  }
}
