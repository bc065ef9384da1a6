package dev.braintrust.spring.isolation;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import dev.braintrust.spring.support.ScriptedModel;
import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.Observation;
import io.opentelemetry.context.Context;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.JRE;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/**
 * The rows of the matrix: the ways in which work moves to another thread.
 */
enum Route {

	SAME_THREAD("the same thread") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(stage::work);
		}

	},

	OBSERVATION_AROUND("an observation around the task") {

		@Override
		void run(Stage stage) throws Exception {
			stage.observe("around", () -> stage.open(stage::work));
		}

	},

	OBSERVATION_INSIDE("an observation inside the task") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> stage.observe("inside", stage::work));
		}

	},

	OBSERVATION_BETWEEN("the outer observation's scope, opened again inside the task") {

		@Override
		void run(Stage stage) throws Exception {
			Observation outer = Observation.start("outer", stage.observations());
			outer.scopedChecked(() -> stage.open(() -> stage.observe("inner", () -> outer.scoped(stage::work))));
			outer.stop();
		}

	},

	PLAIN_THREAD("a platform thread", "`Context.current().wrap(…)`, or a wrapped executor") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> onPool(UnaryOperator.identity(), stage));
		}

	},

	WRAPPED_EXECUTOR("`Context.taskWrapping(executor)`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> onPool(Context::taskWrapping, stage));
		}

	},

	CONTEXT_EXECUTOR("`ContextExecutorService.wrap(executor, …)`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> onPool(Route::contextExecutor, stage));
		}

	},

	CONTEXT_EXECUTOR_IN_OBSERVATION("the same, inside an observation") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> stage.observe("inside", () -> onPool(Route::contextExecutor, stage)));
		}

	},

	VIRTUAL_THREAD("a virtual thread", "`Context.current().wrap(…)`, or a wrapped executor") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> onVirtualThread(UnaryOperator.identity(), stage));
		}

	},

	WRAPPED_VIRTUAL_THREAD("virtual threads of `Context.taskWrapping(executor)`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> onVirtualThread(Context::taskWrapping, stage));
		}

	},

	CONTEXT_VIRTUAL_THREAD("virtual threads of `ContextExecutorService.wrap(executor, …)`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> onVirtualThread(Route::contextExecutor, stage));
		}

	},

	COMPLETABLE_FUTURE("`CompletableFuture.runAsync(…)`", "hand it a wrapped executor") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> CompletableFuture.runAsync(stage::work).get());
		}

	},

	WRAPPED_COMPLETABLE_FUTURE("`CompletableFuture` with a wrapped executor") {

		@Override
		void run(Stage stage) throws Exception {
			ExecutorService pool = stage.pool();
			stage.open(() -> CompletableFuture.supplyAsync(() -> 1, Context.taskWrapping(pool))
				.thenRunAsync(stage::work, Context.taskWrapping(pool))
				.get());
		}

	},

	PARALLEL_STREAM("a parallel stream", "`Context.current().wrapConsumer(…)`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> inParallel(stage, UnaryOperator.identity()));
		}

	},

	WRAPPED_PARALLEL_STREAM("a parallel stream of a wrapped function") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> inParallel(stage, Context.current()::wrapConsumer));
		}

	},

	ASYNC("`@Async`", "`spring.task.execution.propagate-context=true`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> stage.app().bean(App.Worker.class).run(stage::work).get());
		}

	},

	PROPAGATED_ASYNC("`@Async` with `spring.task.execution.propagate-context=true`", App.Kind.PROPAGATING) {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> stage.app().bean(App.Worker.class).run(stage::work).get());
		}

	},

	PROPAGATED_ASYNC_IN_OBSERVATION("the same, inside an observation", App.Kind.PROPAGATING) {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> stage.observe("inside", () -> stage.app().bean(App.Worker.class).run(stage::work).get()));
		}

	},

	TASK_DECORATOR("`ContextPropagatingTaskDecorator`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> decorated(stage));
		}

	},

	TASK_DECORATOR_AROUND("the same, in an observation around the task") {

		@Override
		void run(Stage stage) throws Exception {
			stage.observe("around", () -> stage.open(() -> decorated(stage)));
		}

	},

	TASK_DECORATOR_INSIDE("the same, in an observation inside the task") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> stage.observe("inside", () -> decorated(stage)));
		}

	},

	SCHEDULED("a `@Scheduled` method") {

		@Override
		void run(Stage stage) throws Exception {
			scheduled(stage, () -> stage.open(stage::work));
		}

	},

	LISTENER("an `@EventListener`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> stage.app().context().publishEvent(new App.Message(stage::work, false, null)));
		}

	},

	ASYNC_LISTENER("an `@Async` `@EventListener`", "`spring.task.execution.propagate-context=true`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> published(stage));
		}

	},

	PROPAGATED_ASYNC_LISTENER("the same with `spring.task.execution.propagate-context=true`", App.Kind.PROPAGATING) {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> published(stage));
		}

	},

	REACTOR("a Reactor scheduler", "`spring.reactor.context-propagation=auto`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> Mono.fromRunnable(stage::work).subscribeOn(Schedulers.boundedElastic()).block());
		}

	},

	AUTO_REACTOR("the same with `spring.reactor.context-propagation=auto`", App.Kind.PROPAGATING) {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> Mono.fromRunnable(stage::work).subscribeOn(Schedulers.boundedElastic()).block());
		}

	},

	AUTO_REACTOR_IN_OBSERVATION("the same, inside an observation", App.Kind.PROPAGATING) {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> stage.observe("inside",
					() -> Flux.just(1)
						.publishOn(Schedulers.boundedElastic())
						.publishOn(Schedulers.parallel())
						.doOnNext((number) -> stage.work())
						.blockLast()));
		}

	},

	CAPTURED_REACTOR("`handle(…)` below `contextCapture()`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> Mono.just(1).publishOn(Schedulers.boundedElastic()).handle((number, sink) -> {
				stage.work();
				sink.next(number);
			}).contextCapture().block());
		}

	},

	WRAPPED_REACTOR("a Reactor scheduler of `Context.taskWrapping(executor)`") {

		@Override
		void run(Stage stage) throws Exception {
			ExecutorService pool = stage.pool();
			Scheduler scheduler = Schedulers.fromExecutorService(Context.taskWrapping(pool));
			stage.open(() -> Mono.fromRunnable(stage::work).subscribeOn(scheduler).block());
		}

	},

	CHAT_STREAM("a tool of `ChatClient.stream()`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> streamed(stage));
		}

	},

	AUTO_CHAT_STREAM("the same with `spring.reactor.context-propagation=auto`", App.Kind.PROPAGATING) {

		@Override
		void run(Stage stage) throws Exception {
			stage.open(() -> streamed(stage));
		}

	},

	MVC("a request thread of Spring MVC") {

		@Override
		void run(Stage stage) throws Exception {
			stage.app().request("/run", () -> {
				stage.open(stage::work);
				return "done";
			});
		}

	},

	MVC_CALLABLE("a `Callable` that a Spring MVC handler returns", "return `Context.current().wrap(callable)`") {

		@Override
		void run(Stage stage) throws Exception {
			stage.app().request("/async", () -> callable(stage, (callable) -> callable));
		}

	},

	WRAPPED_MVC_CALLABLE("the same, wrapped inside the task") {

		@Override
		void run(Stage stage) throws Exception {
			stage.app().request("/async", () -> callable(stage, (callable) -> Context.current().wrap(callable)));
		}

	},

	WEBFLUX("a request thread of WebFlux", App.Kind.PROPAGATING) {

		@Override
		void run(Stage stage) throws Exception {
			stage.app().request("/run", () -> {
				stage.open(stage::work);
				return "done";
			});
		}

	},

	WEBFLUX_MONO("a `Mono` that a WebFlux handler returns", App.Kind.PROPAGATING,
			"`contextWrite(snapshot::updateContext)` inside the task") {

		@Override
		void run(Stage stage) throws Exception {
			stage.app().request("/mono", () -> mono(stage, (mono) -> mono));
		}

	},

	CAPTURED_WEBFLUX_MONO("the same, with a snapshot taken inside the task", App.Kind.PROPAGATING) {

		@Override
		void run(Stage stage) throws Exception {
			stage.app()
				.request("/mono", () -> mono(stage, (mono) -> mono
					.contextWrite(ContextSnapshotFactory.builder().build().captureAll()::updateContext)));
		}

	};

	private final String title;

	private final App.Kind kind;

	private final String instead;

	Route(String title) {
		this(title, App.Kind.PLAIN, "");
	}

	Route(String title, String instead) {
		this(title, App.Kind.PLAIN, instead);
	}

	Route(String title, App.Kind kind) {
		this(title, kind, "");
	}

	Route(String title, App.Kind kind, String instead) {
		this.title = title;
		this.kind = kind;
		this.instead = instead;
	}

	/**
	 * Run the work of a stage by this route.
	 */
	abstract void run(Stage stage) throws Exception;

	/**
	 * The kind of application for this route.
	 */
	App.Kind kind() {
		return this.kind;
	}

	/**
	 * Whether the work stays in the task.
	 */
	boolean holds() {
		return this.instead.isEmpty();
	}

	/**
	 * Whether the work stays in the task with the Java agent, which propagates context in
	 * more cases.
	 */
	boolean holdsBesideAgent() {
		return holds() || (this != MVC_CALLABLE && this != WEBFLUX_MONO);
	}

	/**
	 * The remedy if the work does not stay in the task, else an empty text.
	 */
	String instead() {
		return this.instead;
	}

	@Override
	public String toString() {
		return this.title;
	}

	private static ExecutorService contextExecutor(ExecutorService pool) {
		return ContextExecutorService.wrap(pool, ContextSnapshotFactory.builder().build());
	}

	private static void onPool(UnaryOperator<ExecutorService> wrapping, Stage stage) throws Exception {
		wrapping.apply(stage.pool()).submit(stage::work).get();
	}

	private static void onVirtualThread(UnaryOperator<ExecutorService> wrapping, Stage stage) throws Exception {
		Assumptions.assumeTrue(JRE.currentVersionNumber() >= 21, "virtual threads are there from Java 21 on");
		ExecutorService pool = (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor")
			.invoke(null);
		try {
			wrapping.apply(pool).submit(stage::work).get();
		}
		finally {
			pool.shutdown();
		}
	}

	// The caller's thread takes part in a parallel stream, so it waits here until another
	// thread has done an item.
	private static void inParallel(Stage stage, UnaryOperator<Consumer<Integer>> wrapping) {
		Thread caller = Thread.currentThread();
		CountDownLatch done = new CountDownLatch(1);
		AtomicReference<Integer> first = new AtomicReference<>();
		Consumer<Integer> consumer = wrapping.apply((number) -> {
			if (Thread.currentThread() == caller) {
				await(done);
			}
			else if (first.compareAndSet(null, number)) {
				try {
					stage.work();
				}
				finally {
					done.countDown();
				}
			}
		});
		IntStream.range(0, 64).boxed().parallel().forEach(consumer);
	}

	private static void await(CountDownLatch done) {
		try {
			if (!done.await(1, TimeUnit.MINUTES)) {
				throw new AssertionError("No other thread took part");
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void decorated(Stage stage) throws Exception {
		Runnable task = new ContextPropagatingTaskDecorator().decorate(stage::work);
		stage.pool().submit(task).get();
	}

	private static void published(Stage stage) throws Exception {
		App.Message message = new App.Message(stage::work, true, new CompletableFuture<>());
		stage.app().context().publishEvent(message);
		message.done().get(1, TimeUnit.MINUTES);
	}

	private static void streamed(Stage stage) {
		stage.app().bean(ScriptedModel.class).callsTool("look", "{}").says("do", "ne");
		ToolCallback tool = FunctionToolCallback.builder("look", () -> {
			stage.work();
			return "seen";
		}).build();
		stage.app().bean(ChatClient.class).prompt("hello").tools(tool).stream().content().blockLast();
	}

	private static Callable<Object> callable(Stage stage, UnaryOperator<Callable<Object>> wrapping) throws Exception {
		AtomicReference<Callable<Object>> callable = new AtomicReference<>();
		stage.open(() -> callable.set(wrapping.apply(() -> {
			stage.work();
			return "done";
		})));
		return callable.get();
	}

	private static Mono<Object> mono(Stage stage, UnaryOperator<Mono<Object>> wrapping) throws Exception {
		AtomicReference<Mono<Object>> mono = new AtomicReference<>();
		stage.open(() -> mono
			.set(wrapping.apply(Mono.<Object>fromRunnable(stage::work).subscribeOn(Schedulers.boundedElastic()))));
		return mono.get();
	}

	private static void scheduled(Stage stage, Surroundings.Work work) throws Exception {
		CompletableFuture<Void> done = new CompletableFuture<>();
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.setParent(stage.app().context());
			context.registerBean(Job.class, () -> new Job(work, done));
			context.registerBean(SchedulingConfigurer.class,
					() -> (registrar) -> registrar.setObservationRegistry(stage.observations()));
			context.register(Scheduling.class);
			context.refresh();
			done.get(1, TimeUnit.MINUTES);
		}
	}

	@EnableScheduling
	static class Scheduling {

	}

	static class Job {

		private final Surroundings.Work work;

		private final CompletableFuture<Void> done;

		Job(Surroundings.Work work, CompletableFuture<Void> done) {
			this.work = work;
			this.done = done;
		}

		@Scheduled(fixedDelay = Long.MAX_VALUE)
		void run() {
			try {
				this.work.run();
				this.done.complete(null);
			}
			catch (Throwable ex) {
				this.done.completeExceptionally(ex);
			}
		}

	}

}
