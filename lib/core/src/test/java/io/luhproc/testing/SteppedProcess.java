package io.luhproc.testing;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.StringReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A child JVM that a debugger suspends before each step with an external effect.
 *
 * <p>A test can kill it, or let another process act, at exactly that point and reproducibly.
 */
public final class SteppedProcess implements AutoCloseable {
  private static final String OWN_PACKAGES = "io.luhproc.";

  /** Methods that change the disk, launch a process, or acquire or release the lock. */
  private static final Map<String, List<String>> STEPS =
      Map.of(
          "java.nio.file.Files",
          List.of(
              "createDirectory",
              "createFile",
              "newByteChannel",
              "move",
              "delete",
              "deleteIfExists",
              "setAttribute"),
          "java.lang.ProcessBuilder",
          List.of("start"),
          "java.nio.channels.FileChannel",
          List.of("tryLock"),
          "io.luhproc.directory.DirectoryLock",
          List.of("close"));

  private final JavaProcess process;
  private final VirtualMachine machine;
  private EventSet suspended;

  private SteppedProcess(JavaProcess process, VirtualMachine machine) {
    this.process = process;
    this.machine = machine;
  }

  /** Starts a JVM suspended before its first instruction. */
  public static SteppedProcess start(JavaProcess.Builder builder, Path output)
      throws IOException, IllegalConnectorArgumentsException {
    ListeningConnector connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(candidate -> candidate.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    arguments.get("localAddress").setValue("127.0.0.1");
    arguments.get("port").setValue("0");
    arguments.get("timeout").setValue("60000");
    String address = connector.startListening(arguments);
    String agent = "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=";
    JavaProcess process =
        builder
            // Without signals that the build was started to ignore, whose reset takes more steps.
            .wrappedBy("env", "--default-signal=HUP,INT,TERM")
            .options(agent + "127.0.0.1:" + address.substring(address.lastIndexOf(':') + 1))
            .start(output);
    try {
      SteppedProcess stepped = new SteppedProcess(process, connector.accept(arguments));
      stepped.installBreakpoints();
      return stepped;
    } catch (IOException e) {
      process.close();
      throw new IOException("cannot attach a debugger to " + process, e);
    } finally {
      connector.stopListening(arguments);
    }
  }

  /** Uses breakpoints, because method entry events make the JVM interpret all code. */
  private void installBreakpoints() {
    for (String type : STEPS.keySet()) {
      machine.classesByName(type).forEach(this::addBreakpoints);
      ClassPrepareRequest request = machine.eventRequestManager().createClassPrepareRequest();
      request.addClassFilter(type);
      request.enable();
    }
  }

  private void addBreakpoints(ReferenceType type) {
    for (Method method : type.methods()) {
      if (STEPS.get(type.name()).contains(method.name()) && !method.isAbstract()) {
        BreakpointRequest request =
            machine.eventRequestManager().createBreakpointRequest(method.location());
        request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        request.enable();
      }
    }
  }

  /** Returns the process. */
  public JavaProcess process() {
    return process;
  }

  /** Runs to the next step and suspends before it; empty if the process has exited. */
  public Optional<String> runToNextStep() throws InterruptedException {
    try {
      if (suspended == null) {
        machine.resume();
      }
      resumeSuspended();
      while (true) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          if (event instanceof VMDeathEvent || event instanceof VMDisconnectEvent) {
            return Optional.empty();
          }
          Optional<String> step = stepOf(event);
          if (step.isPresent()) {
            suspended = events;
            return step;
          }
        }
        events.resume();
      }
    } catch (VMDisconnectedException expected) {
      // The process has exited.
      return Optional.empty();
    }
  }

  /** Runs until suspended before a step with a name. */
  public void runToStep(String name) throws InterruptedException {
    Optional<String> step = runToNextStep();
    while (!step.filter(name::equals).isPresent()) {
      if (step.isEmpty()) {
        throw new AssertionError("no step " + name + " in " + process);
      }
      step = runToNextStep();
    }
  }

  /** Runs on without further suspension. */
  public void detach() {
    // Removes all requests and resumes all threads.
    machine.dispose();
  }

  private void resumeSuspended() {
    if (suspended != null) {
      suspended.resume();
    }
  }

  private Optional<String> stepOf(Event event) {
    if (event instanceof ClassPrepareEvent loaded) {
      addBreakpoints(loaded.referenceType());
    }
    if (!(event instanceof BreakpointEvent stop)) {
      return Optional.empty();
    }
    try {
      return isCalledFromOwnCode(stop.thread())
          ? Optional.of(stop.location().method().name() + fileArgument(stop.thread()))
          : Optional.empty();
    } catch (IncompatibleThreadStateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isCalledFromOwnCode(ThreadReference thread)
      throws IncompatibleThreadStateException {
    return thread.frameCount() > 1
        && thread.frame(1).location().declaringType().name().startsWith(OWN_PACKAGES);
  }

  /** Returns the file name of the first argument; an empty string if it is not a path. */
  private static String fileArgument(ThreadReference thread)
      throws IncompatibleThreadStateException {
    StackFrame frame = thread.frame(0);
    List<Value> arguments = frame.getArgumentValues();
    if (arguments.isEmpty() || !(arguments.get(0) instanceof ObjectReference path)) {
      return "";
    }
    Method toString = path.referenceType().methodsByName("toString", "()Ljava/lang/String;").get(0);
    try {
      Value text =
          path.invokeMethod(thread, toString, List.of(), ObjectReference.INVOKE_SINGLE_THREADED);
      return " " + Path.of(((StringReference) text).value()).getFileName();
    } catch (Exception e) {
      throw new IllegalStateException("cannot read the path of a step", e);
    }
  }

  /** Sends SIGKILL at the current step. */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }
}
