package io.luhproc.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Regular files laid out like cgroup hierarchies. Writes have no effect beyond the file. */
final class FakeCgroupFs {
  private final Path root;
  private final StringBuilder procSelfCgroup = new StringBuilder();
  private final StringBuilder mountinfo = new StringBuilder();
  private final Set<Path> delegated = new HashSet<>();

  FakeCgroupFs(Path root) {
    this.root = root;
  }

  /** Mounts the unified hierarchy with the cgroup of this process. */
  FakeCgroupFs mountV2(String ownCgroup) {
    procSelfCgroup.append("0::").append(ownCgroup).append('\n');
    return mount("v2", "cgroup2 cgroup2 rw");
  }

  /** Mounts a v1 hierarchy with the cgroup of this process. */
  FakeCgroupFs mountV1(String controllers, String ownCgroup) {
    procSelfCgroup.append("1:").append(controllers).append(':').append(ownCgroup).append('\n');
    return mount(controllers, "cgroup cgroup rw," + controllers);
  }

  private FakeCgroupFs mount(String name, String type) {
    Path mountPoint = path(name);
    mountinfo.append("30 23 0:26 / ").append(mountPoint).append(" rw - ").append(type).append('\n');
    return this;
  }

  /** Creates a v2 cgroup that is not the root of the hierarchy. */
  FakeCgroupFs cgroup(String path, String controllers, String subtreeControl, String procs) {
    file(path + "/cgroup.type", "domain\n");
    return rootCgroup(path, controllers, subtreeControl, procs);
  }

  FakeCgroupFs rootCgroup(String path, String controllers, String subtreeControl, String procs) {
    file(path + "/cgroup.controllers", controllers + "\n");
    file(path + "/cgroup.subtree_control", subtreeControl + "\n");
    return file(path + "/cgroup.procs", procs);
  }

  FakeCgroupFs file(String path, String content) {
    try {
      Files.createDirectories(path(path).getParent());
      Files.writeString(path(path), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Marks a cgroup as delegated. */
  FakeCgroupFs delegate(String path) {
    delegated.add(path(path));
    return this;
  }

  Path path(String path) {
    return root.resolve("cg").resolve(path);
  }

  String read(String path) throws IOException {
    return Files.readString(path(path));
  }

  CgroupRoots resolve() {
    return resolve(Optional.empty());
  }

  CgroupRoots resolveWithRoot(String path) {
    return resolve(Optional.of(path(path)));
  }

  private CgroupRoots resolve(Optional<Path> configuredRoot) {
    Path proc = root.resolve("proc");
    try {
      Files.createDirectories(proc.resolve("self"));
      Files.write(proc.resolve("self/cgroup"), List.of(procSelfCgroup.toString().split("\n", -1)));
      Files.write(proc.resolve("self/mountinfo"), List.of(mountinfo.toString().split("\n", -1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CgroupRootResolver(CgroupHierarchy.read(proc), configuredRoot, delegated::contains)
        .resolve();
  }
}
