package io.luhproc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The shape of the library, as far as a machine can see it. */
class ArchitectureTest {
  private static final String ROOT = "io.luhproc.";

  /** A package imports only from lower rows; those of one row do not know each other. */
  private static final Map<String, Integer> ROWS =
      Map.ofEntries(
          Map.entry("supervisor", 9),
          Map.entry("worker", 9),
          Map.entry("supervisor.engine", 8),
          Map.entry("supervisor.runtime", 7),
          Map.entry("supervisor.state", 6),
          Map.entry("supervisor.event", 6),
          Map.entry("service", 5),
          Map.entry("health.monitor", 5),
          Map.entry("health", 4),
          Map.entry("cgroup", 4),
          Map.entry("directory", 4),
          Map.entry("log.rotate", 3),
          Map.entry("tree", 3),
          Map.entry("relaunch", 3),
          Map.entry("log", 2),
          Map.entry("spawn", 2),
          Map.entry("limits", 2),
          Map.entry("envfile", 2),
          Map.entry("log.file", 1),
          Map.entry("procfs", 1),
          Map.entry("process", 0),
          Map.entry("posix", 0),
          Map.entry("time", 0),
          Map.entry("io.luhproc", -1));

  /** What only the package {@code time} calls, as {@code type.method}. */
  private static final Pattern TIME_THREAD_AND_RANDOM_CALLS =
      Pattern.compile(
          String.join(
              "|",
              "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)",
              "java\\.lang\\.Math\\.random",
              "java\\.lang\\.Thread\\.(sleep|<init>|ofVirtual|ofPlatform|startVirtualThread)",
              "java\\.util\\.concurrent\\.TimeUnit\\.sleep",
              "java\\.time\\.\\w+\\.now",
              "java\\.time\\.(Clock|InstantSource)\\.(system|tick)\\w*",
              "java\\.util\\.UUID\\.randomUUID",
              "java\\.util\\.(Random|SplittableRandom|Timer)\\.<init>",
              "java\\.security\\.SecureRandom\\..*",
              "java\\.util\\.random\\..*",
              "java\\.util\\.concurrent\\.ThreadLocalRandom\\..*",
              "java\\.util\\.concurrent\\.Executors\\..*",
              "java\\.util\\.concurrent\\.(Scheduled)?ThreadPoolExecutor\\.<init>",
              "java\\.util\\.concurrent\\.ForkJoinPool\\.(<init>|commonPool)",
              "java\\.util\\.concurrent\\.CompletableFuture\\.\\w*(Async|delayedExecutor)"));

  private static final Pattern MEANINGLESS_SUFFIX =
      Pattern.compile(".*(Utils?|Helpers?|Impl|Common)");

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .importPath(Path.of(System.getProperty("luhproc.target", "target"), "classes"));

  @Test
  void everyPackageIsAssignedToARow() {
    Set<String> known = ROWS.keySet();
    Stream<String> packages = LIBRARY.stream().map(ArchitectureTest::packageOf).distinct();
    assertThat(packages).isNotEmpty().isSubsetOf(known);
  }

  @Test
  void packagesImportOnlyFromLowerRows() {
    List<String> wrong =
        LIBRARY.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(ArchitectureTest::violatesLayering)
            .map(Dependency::getDescription)
            .toList();
    assertThat(wrong).isEmpty();
  }

  private static boolean violatesLayering(Dependency use) {
    String from = packageOf(use.getOriginClass());
    String to = packageOf(use.getTargetClass());
    return ROWS.containsKey(to) && !from.equals(to) && ROWS.get(to) >= ROWS.get(from);
  }

  private static String packageOf(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.luhproc.(*)..").should().beFreeOfCycles().check(LIBRARY);
  }

  @Test
  void everyPackageIsDescribedAndNullMarked() {
    List<String> bare =
        LIBRARY.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(where -> !where.isAnnotatedWith(NullMarked.class))
            .map(where -> where.getName() + " has no package-info.java with @NullMarked")
            .toList();
    assertThat(bare).isEmpty();
  }

  @Test
  void onlyPosixTouchesNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.luhproc.posix")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai..")
        .check(LIBRARY);
  }

  @Test
  void onlyTimeUsesClocksSleepsThreadsAndRandomness() {
    List<String> wrong =
        LIBRARY.stream()
            .filter(type -> !packageOf(type).equals("time"))
            .flatMap(type -> type.getAccessesFromSelf().stream())
            .filter(ArchitectureTest::isReservedForTimePackage)
            .map(JavaAccess::getDescription)
            .toList();
    assertThat(wrong).isEmpty();
  }

  private static boolean isReservedForTimePackage(JavaAccess<?> access) {
    String target = access.getTargetOwner().getName() + "." + access.getTarget().getName();
    return TIME_THREAD_AND_RANDOM_CALLS.matcher(target).matches() && !hasExplicitExecutor(access);
  }

  /** A stage that is given an executor, such as one of Threads, runs on no thread of its own. */
  private static boolean hasExplicitExecutor(JavaAccess<?> access) {
    return access.getTarget() instanceof AccessTarget.CodeUnitCallTarget call
        && call.getRawParameterTypes().stream().anyMatch(it -> it.isEquivalentTo(Executor.class));
  }

  @Test
  void publicClassesAreFinalUnlessThrown() {
    classes()
        .that(arePublicTopLevelClasses())
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(LIBRARY);
  }

  private static DescribedPredicate<JavaClass> arePublicTopLevelClasses() {
    return DescribedPredicate.describe(
        "are public top-level classes, not thrown",
        type ->
            type.isTopLevelClass()
                && type.getModifiers().contains(JavaModifier.PUBLIC)
                && !type.isInterface()
                && !type.isEnum()
                && !type.isAssignableTo(Throwable.class));
  }

  @Test
  void classNamesHaveNoMeaninglessSuffix() {
    List<String> empty =
        LIBRARY.stream()
            .filter(type -> MEANINGLESS_SUFFIX.matcher(type.getSimpleName()).matches())
            .map(JavaClass::getName)
            .toList();
    assertThat(empty).isEmpty();
  }
}
