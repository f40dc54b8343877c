package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.org.webcompere.systemstubs.environment.EnvironmentVariables;
import uk.org.webcompere.systemstubs.jupiter.SystemStub;
import uk.org.webcompere.systemstubs.jupiter.SystemStubsExtension;
import uk.org.webcompere.systemstubs.properties.SystemProperties;

/** Resolution, creation and safety checks of the root directory. */
@ExtendWith(SystemStubsExtension.class)
class ProcessRootTest {
  private static final int NOBODY_UID = 65534;
  private static final int OTHER_UID = 12345;
  private static final int PERMISSIONS = 07777;

  @SystemStub private EnvironmentVariables environment;
  @SystemStub private SystemProperties properties;
  @TempDir private Path folder;

  @Test
  void rootIsTakenFromLuhprocTmpDir() {
    environment.set("LUHPROC_TMP_DIR", folder).set("TMPDIR", "/elsewhere");
    assertThat(resolve()).isEqualTo(folder);
  }

  @Test
  void rootFallsBackToTmpdir() {
    environment.remove("LUHPROC_TMP_DIR").set("TMPDIR", "/elsewhere");
    assertThat(resolve()).isEqualTo(Path.of("/elsewhere/luhproc"));
    environment.set("LUHPROC_TMP_DIR", "");
    assertThat(resolve()).isEqualTo(Path.of("/elsewhere/luhproc"));
  }

  @Test
  void rootFallsBackToJavaIoTmpdir() {
    properties.set("java.io.tmpdir", folder);
    environment.remove("LUHPROC_TMP_DIR").remove("TMPDIR");
    assertThat(resolve()).isEqualTo(folder.resolve("luhproc"));
    environment.set("LUHPROC_TMP_DIR", "").set("TMPDIR", "");
    assertThat(resolve()).isEqualTo(folder.resolve("luhproc"));
  }

  @Test
  void relativeRootIsResolvedAgainstWorkingDirectory() {
    environment.set("LUHPROC_TMP_DIR", "run/../state");
    assertThat(resolve()).isEqualTo(Path.of("state").toAbsolutePath());
  }

  private static Path resolve() {
    return ProcessRoot.fromEnvironment(System.getenv()).path();
  }

  @Test
  void rootIsPrivateWhenParentIsPrivate() throws IOException {
    Path path = folder.resolve("a/b/luhproc");
    ProcessRoot.at(path).create();
    assertThat(mode(path)).isEqualTo(0700);
  }

  @ParameterizedTest
  @ValueSource(ints = {01777, 0777})
  void rootIsStickySharedWhenParentIsWorldWritable(int mode) throws IOException {
    Files.setAttribute(folder, "unix:mode", mode);
    Path path = folder.resolve("luhproc");
    ProcessRoot.at(path).create();
    assertThat(mode(path)).isEqualTo(01777);
    ProcessDirectory directory = ProcessRoot.at(path).directory(key());
    directory.create();
    assertThat(mode(directory.path())).isEqualTo(0700);
  }

  @Test
  void existingRootKeepsItsMode() throws IOException {
    Files.setAttribute(folder, "unix:mode", 0755);
    ProcessRoot root = ProcessRoot.at(folder);
    root.create();
    assertThat(mode(folder)).isEqualTo(0755);
    assertThat(root.exists()).isTrue();
  }

  @Test
  void rootDoesNotExistBeforeCreate() {
    ProcessRoot root = ProcessRoot.at(folder.resolve("luhproc"));
    assertThat(root.exists()).isFalse();
    assertThat(root.directories()).isEmpty();
    assertThat(folder.resolve("luhproc")).doesNotExist();
  }

  @Test
  void rootIsRefusedWhenRegularFile() throws IOException {
    Path file = Files.createFile(folder.resolve("luhproc"));
    assertRefused(file, "is a file, not a directory");
  }

  @Test
  void createFailsWhenParentIsRegularFile() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    ProcessRoot root = ProcessRoot.at(file.resolve("luhproc"));
    assertThatThrownBy(root::create)
        .isInstanceOf(LuhprocException.class)
        .hasMessageContaining(" the root of process directories " + root.path())
        // JDK 17 fails to read its status; JDK 25 finds nothing there and fails to create it.
        .hasMessageFindingMatch("Not a directory|FileAlreadyExistsException: " + file)
        .hasMessageEndingWith("set LUHPROC_TMP_DIR to a directory that you may write to");
  }

  @Test
  void rootIsRefusedWhenSymlink() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    assertRefused(
        Files.createSymbolicLink(folder.resolve("luhproc"), target),
        "is a symbolic link, which luhproc never follows");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void rootIsRefusedWhenDanglingSymlink() throws IOException {
    assertRefused(
        Files.createSymbolicLink(folder.resolve("luhproc"), folder.resolve("nothing")),
        "is a symbolic link, which luhproc never follows");
    assertThat(folder.resolve("nothing")).doesNotExist();
  }

  @Test
  void rootIsRefusedWhenWorldWritableWithoutStickyBit() throws IOException {
    Path open = Files.createDirectory(folder.resolve("luhproc"));
    Files.setAttribute(open, "unix:mode", 0777);
    assertRefused(
        open,
        "is world-writable without the sticky bit, so users could replace each other's directories"
            + " (chmod +t it)");
  }

  @ParameterizedTest
  @ValueSource(ints = {0700, 0755, 0777})
  void rootIsRefusedWhenOwnedByAnotherUser(int mode) throws IOException {
    assumeTrue(EffectiveUser.isRoot(), "only root can give a directory away");
    Path foreign = Files.createDirectory(folder.resolve("luhproc"));
    Files.setAttribute(foreign, "unix:mode", mode);
    Files.setAttribute(foreign, "unix:uid", NOBODY_UID);
    assertRefused(foreign, "belongs to another user (uid 65534) and is not shared like /tmp");
  }

  @Test
  void stickySharedRootOfAnotherUserIsRefused() throws IOException {
    assumeTrue(EffectiveUser.isRoot(), "only root can give a directory away");
    Path shared = Files.createDirectory(folder.resolve("luhproc"));
    Files.setAttribute(shared, "unix:uid", OTHER_UID);
    Files.setAttribute(shared, "unix:mode", 01777);
    assertRefused(
        shared,
        "belongs to another user (uid 12345) and is shared: its owner can rename all directories in"
            + " it");
  }

  @Test
  void rootIsRefusedWhenAnotherUserOwnsParent() throws IOException {
    assumeTrue(EffectiveUser.isRoot(), "only root can give a directory away");
    Path other = Files.createDirectory(folder.resolve("other"));
    Path shared = Files.createDirectory(other.resolve("shared"));
    Files.setAttribute(other, "unix:uid", OTHER_UID);
    assertBelowOther(shared.resolve("new/luhproc"), other);
    assertThat(shared).isEmptyDirectory();
    Path existing = Files.createDirectory(shared.resolve("luhproc"));
    assertBelowOther(existing, other);
    assertThatThrownBy(ProcessRoot.at(existing)::exists)
        .isInstanceOf(DirectoryRefusedException.class);
    Path link = Files.createSymbolicLink(folder.resolve("link"), shared);
    assertBelowOther(link.resolve("luhproc"), other);
  }

  @Test
  void rootIsRefusedWhenAnotherUserOwnsLinkToParent() throws IOException {
    assumeTrue(EffectiveUser.isRoot(), "only root can give a link away");
    Path own = Files.createDirectory(folder.resolve("own"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), own);
    ProcessRoot.at(link.resolve("first")).create();
    Files.setAttribute(link, "unix:uid", OTHER_UID, LinkOption.NOFOLLOW_LINKS);
    assertBelowOther(link.resolve("second"), link);
    assertBelowOther(link.resolve("first"), link);
  }

  private static void assertBelowOther(Path path, Path other) {
    assertThatThrownBy(ProcessRoot.at(path)::create)
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessage(
            "the root of process directories "
                + path
                + " is below "
                + other
                + ", which another user owns and can rename; use another root (LUHPROC_TMP_DIR for"
                + " workers, directory(..) for a supervisor)");
  }

  @Test
  void rootIsRefusedWhenNotWritable() throws IOException {
    assumeFalse(EffectiveUser.isRoot(), "root may write everywhere; see UnusableRootTest");
    Path closed = Files.createDirectory(folder.resolve("luhproc"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assertThatThrownBy(ProcessRoot.at(closed)::create)
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessageContaining("is not writable");
    assertThat(ProcessRoot.at(closed).directories()).isEmpty();
  }

  @Test
  void directoriesOfOtherUsersAreListedOnlyForRoot() throws IOException {
    assumeTrue(EffectiveUser.isRoot(), "only root can give a directory away");
    ProcessRoot root = ProcessRoot.at(folder);
    Path foreign = Files.createDirectory(folder.resolve("a-2"));
    Files.setAttribute(foreign, "unix:uid", 65534);
    assertThat(root.directories()).isEmpty();
    assertThat(root.readableDirectories())
        .extracting(ProcessDirectory::name)
        .containsExactly("a-2");
  }

  @Test
  void ownDirectoriesAreListedSortedByName() throws IOException {
    ProcessRoot root = ProcessRoot.at(folder);
    Files.createDirectory(folder.resolve("b-1"));
    Files.createDirectory(folder.resolve("a-2"));
    Files.createFile(folder.resolve("file"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("b-1"));
    assertThat(root.directories()).extracting(ProcessDirectory::name).containsExactly("a-2", "b-1");
  }

  private static void assertRefused(Path path, String reason) {
    ProcessRoot root = ProcessRoot.at(path);
    String message =
        "the root of process directories "
            + path
            + " "
            + reason
            + "; remove it, or set LUHPROC_TMP_DIR to a directory of your own";
    assertThatThrownBy(root::create)
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessage(message);
    assertThatThrownBy(root::directories)
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessage(message);
  }

  private static ProcessKey key() {
    return new ProcessKey(Optional.empty(), "INDEXER", "main");
  }

  private static int mode(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode") & PERMISSIONS;
  }
}
