package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.testing.NamedPipes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
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

/** What is in the directory of a process, and what is not safe to take for one. */
class ProcessDirectoryTest {
  private static final int NOBODY = 65534;

  @TempDir private Path folder;
  private Path path;
  private ProcessDirectory directory;

  @BeforeEach
  void nameDirectory() {
    path = folder.resolve("indexer-000000000000");
    directory = ProcessDirectory.at(path);
  }

  @Test
  void isMadeOnce() {
    assertThat(directory.exists()).isFalse();
    assertThat(directory.create()).isTrue();
    assertThat(directory.create()).isFalse();
    assertThat(directory.exists()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "want", "process.properties"})
  @Timeout(20)
  void aPipeOrADeviceInPlaceOfAFileIsRefusedAndNotWaitedFor(String name) throws IOException {
    directory.create();
    NamedPipes.create(path.resolve(name));
    assertThatThrownBy(() -> read(name)).hasMessageContainingAll(name, "must be a regular file");
    Files.delete(path.resolve(name));
    Files.createSymbolicLink(path.resolve(name), Path.of("/dev/zero"));
    assertThatThrownBy(() -> read(name)).hasMessageContainingAll(name, "must be a regular file");
  }

  private void read(String name) {
    switch (name) {
      case "pid" -> directory.pid();
      case "want" -> directory.isWantedUp();
      default -> directory.description();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "want", "process.properties"})
  void aHugeFileIsADamagedOne(String name) throws IOException {
    directory.create();
    try (RandomAccessFile huge = new RandomAccessFile(path.resolve(name).toFile(), "rw")) {
      huge.setLength(100L << 30);
    }
    assertThat(directory.pid()).isEmpty();
    assertThat(directory.isWantedUp()).isFalse();
    assertThat(directory.description()).isEmpty();
  }

  @Test
  @Timeout(20)
  void aPipeInTheWayOfAWriteIsRemoved() throws IOException {
    directory.create();
    for (String name : List.of(".pid.new", ".process.properties.new", "want")) {
      NamedPipes.create(path.resolve(name));
    }
    directory.recordPid(39241);
    directory.describe(description());
    directory.recordWant(true);
    assertThat(directory.pid()).contains(39241L);
    assertThat(directory.description()).contains(description());
    assertThat(directory.isWantedUp()).isTrue();
  }

  @Test
  void isForItsOwnerOnlyWithAllThatIsInIt() throws IOException {
    directory.create();
    directory.createLogs();
    directory.recordPid(39241);
    directory.describe(description());
    assertThat(permissions(path)).isEqualTo("rwx------");
    for (String file : List.of("out.log", "err.log", "pid", "process.properties")) {
      assertThat(permissions(path.resolve(file))).as(file).isEqualTo("rw-------");
    }
  }

  @Test
  void isWantedUpUntilThatIsTakenBack() throws IOException {
    directory.create();
    assertThat(directory.isWantedUp()).isFalse();
    directory.recordWant(true);
    assertThat(path.resolve("want")).hasContent("up\n");
    assertThat(directory.isWantedUp()).isTrue();
    directory.recordWant(false);
    directory.recordWant(false);
    assertThat(directory.isWantedUp()).isFalse();
    directory.recordWant(true);
    assertThat(path.resolve("want")).hasContent("up\n");
    directory.recordWant(false);
    Files.createFile(path.resolve("want"));
    assertThat(directory.isWantedUp()).as("emptied by a power failure").isTrue();
    Files.writeString(path.resolve("want"), "down\n");
    assertThat(directory.isWantedUp()).as("as an earlier version wrote it").isFalse();
    directory.recordWant(true);
    assertThat(directory.isWantedUp()).isTrue();
    directory.recordWant(false);
    Files.delete(path.resolve(".want.new"));
    Path link = Files.createSymbolicLink(path.resolve(".want.new"), path.resolve("pid"));
    directory.recordWant(true);
    assertThat(path.resolve("want")).hasContent("up\n");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void isRefusedWhenItIsALink() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Files.createSymbolicLink(path, target);
    String message = path + " is a symbolic link, which luhproc never follows; remove it";
    assertRefused(message);
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void isRefusedWhenItIsAFile() throws IOException {
    Files.createFile(path);
    assertRefused(path + " is no directory; remove it, or choose another");
  }

  @Test
  void isRefusedWhenItBelongsToSomebodyElse() throws IOException {
    assumeTrue(OwnUser.isRoot(), "only root can give a directory away");
    directory.create();
    Files.setAttribute(path, "unix:uid", NOBODY);
    assertRefused(
        path
            + " belongs to another user (uid 65534); run as that user, have it removed, or use"
            + " another root (LUHPROC_TMP_DIR for workers, directory(..) for a supervisor)");
  }

  @Test
  void isNotMadeWhereThereIsNoRoot() {
    ProcessDirectory orphan = ProcessDirectory.at(folder.resolve("gone/indexer-000000000000"));
    assertThatThrownBy(orphan::create)
        .isInstanceOf(LuhprocException.class)
        .hasMessageStartingWith("cannot make " + orphan);
  }

  @Test
  void keepsTheLogsThatItHas() throws IOException {
    directory.create();
    Files.writeString(directory.outLog(), "before\n");
    directory.createLogs();
    assertThat(directory.outLog()).hasContent("before\n");
    assertThat(directory.errLog()).isEmptyFile();
  }

  @Test
  void doesNotTakeALinkForALog() throws IOException {
    directory.create();
    Path secret = Files.writeString(folder.resolve("secret"), "untouched");
    Files.createSymbolicLink(directory.errLog(), secret);
    assertThatThrownBy(directory::createLogs)
        .isInstanceOf(LuhprocException.class)
        .hasMessageContaining(directory.errLog() + " is no regular file; remove it");
    assertThat(secret).hasContent("untouched");
  }

  @Test
  void hasNoDescriptionWhenItIsMissingOrCutOff() throws IOException {
    assertThat(directory.description()).isEmpty();
    directory.create();
    assertThat(directory.description()).isEmpty();
    directory.describe(description());
    assertThat(directory.description()).contains(description());
    Path file = path.resolve("process.properties");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThat(directory.description()).isEmpty();
  }

  @Test
  void keepsTheOldDescriptionWhenTheNewOneCannotBeWritten() throws IOException {
    directory.create();
    directory.describe(description());
    Path blocked = Files.createDirectory(path.resolve(".process.properties.new"));
    Files.createFile(blocked.resolve("in the way"));
    assertThatThrownBy(() -> directory.describe(description().withRunning(Instant.EPOCH)))
        .isInstanceOf(LuhprocException.class)
        .hasMessageStartingWith("cannot write " + path.resolve("process.properties"))
        .hasMessageEndingWith("; see that its disk is not full and not read-only");
    assertThat(directory.description()).contains(description());
  }

  @Test
  void isRemovedWithAllThatIsInIt() throws IOException {
    directory.create();
    directory.createLogs();
    Files.createDirectories(path.resolve("data/of/the/task"));
    Files.createFile(path.resolve("data/of/the/task/file"));
    Files.createFile(path.resolve(DirectoryLock.FILE));
    directory.delete();
    assertThat(path).doesNotExist();
    directory.delete();
  }

  @Test
  void removesLinksAndNotWhatTheyPointTo() throws IOException {
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
  void isKeptFreshWithoutChangingWhenItsFilesWereWritten() throws IOException {
    directory.create();
    directory.createLogs();
    FileTime old = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(directory.outLog(), old);
    Instant now = Instant.parse("2026-11-20T12:00:00Z");
    directory.keepFresh(now);
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
  void whatIsInTheWayOfAFileIsToBeRemoved() throws IOException {
    directory.create();
    for (String name : List.of("pid", "want", "process.properties")) {
      Files.createDirectory(path.resolve(name));
    }
    String remedy = "it must be a regular file, remove what is in its place";
    assertThatThrownBy(() -> directory.pid()).hasMessageEndingWith(remedy);
    assertThatThrownBy(() -> directory.isWantedUp()).hasMessageEndingWith(remedy);
    assertThatThrownBy(() -> directory.description()).hasMessageEndingWith(remedy);
    Files.createFile(path.resolve("pid/inside"));
    assertThatThrownBy(() -> directory.forgetPid()).hasMessageEndingWith(remedy);
    assertThatThrownBy(() -> directory.putPidAside()).hasMessageEndingWith(remedy);
    assertThat(path.resolve("pid/inside")).exists();
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static Description description() {
    return Description.launching(
        new ProcessKey(Optional.empty(), "INDEXER", "main"),
        "com.example.Main",
        new Description.Launch("token", Instant.parse("2026-11-20T12:00:00Z")),
        new LaunchedCommand(
            List.of("java"), List.of(), List.of(), Path.of("/"), List.of("FOLDER")));
  }
}
