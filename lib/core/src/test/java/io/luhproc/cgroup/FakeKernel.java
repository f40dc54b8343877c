package io.luhproc.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Directories that look as the kernel shows groups, for what needs no kernel that acts. */
final class FakeKernel {
  private final Path root;
  private final StringBuilder own = new StringBuilder();
  private final StringBuilder mounts = new StringBuilder();
  private final Set<Path> given = new HashSet<>();

  FakeKernel(Path root) {
    this.root = root;
  }

  /** Mounts the unified hierarchy, with our own group in it. */
  FakeKernel unified(String ownGroup) {
    own.append("0::").append(ownGroup).append('\n');
    return mount("v2", "cgroup2 cgroup2 rw");
  }

  /** Mounts a hierarchy of v1, with our own group in it. */
  FakeKernel legacy(String controllers, String ownGroup) {
    own.append("1:").append(controllers).append(':').append(ownGroup).append('\n');
    return mount(controllers, "cgroup cgroup rw," + controllers);
  }

  private FakeKernel mount(String name, String type) {
    Path point = path(name);
    mounts.append("30 23 0:26 / ").append(point).append(" rw - ").append(type).append('\n');
    return this;
  }

  /** Makes a group of v2 that is not the root of all. */
  FakeKernel group(String path, String controllers, String passedOn, String procs) {
    file(path + "/cgroup.type", "domain\n");
    return rootGroup(path, controllers, passedOn, procs);
  }

  FakeKernel rootGroup(String path, String controllers, String passedOn, String procs) {
    file(path + "/cgroup.controllers", controllers + "\n");
    file(path + "/cgroup.subtree_control", passedOn + "\n");
    return file(path + "/cgroup.procs", procs);
  }

  FakeKernel file(String path, String content) {
    try {
      Files.createDirectories(path(path).getParent());
      Files.writeString(path(path), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Marks a group as delegated. */
  FakeKernel give(String path) {
    given.add(path(path));
    return this;
  }

  Path path(String path) {
    return root.resolve("cg").resolve(path);
  }

  String read(String path) throws IOException {
    return Files.readString(path(path));
  }

  Bases find() {
    return find(Optional.empty());
  }

  Bases below(String path) {
    return find(Optional.of(path(path)));
  }

  private Bases find(Optional<Path> configured) {
    Path proc = root.resolve("proc");
    try {
      Files.createDirectories(proc.resolve("self"));
      Files.write(proc.resolve("self/cgroup"), List.of(own.toString().split("\n", -1)));
      Files.write(proc.resolve("self/mountinfo"), List.of(mounts.toString().split("\n", -1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BaseFinder(Hierarchy.read(proc), configured, given::contains).find();
  }
}
