package dev.braintrust.spring.api;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the background: daemons that keep no application running, end when they
 * have been idle, and inherit nothing of the thread that was the first to need them.
 */
public final class BackgroundThreads {

	private static final int IDLE_SECONDS = 5;

	private BackgroundThreads() {
	}

	public static ThreadFactory named(String name) {
		return (task) -> {
			Thread thread = new Thread(null, task, name, 0, false);
			thread.setDaemon(true);
			// Without the thread locals the loader would be that of the system.
			thread.setContextClassLoader(BackgroundThreads.class.getClassLoader());
			return thread;
		};
	}

	// Threads for work that may hang.
	public static ThreadPoolExecutor pool(String name, int threads) {
		ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), named(name));
		pool.allowCoreThreadTimeOut(true);
		return pool;
	}

	// As many threads as there is work for at one time, up to a number. More is refused.
	public static ThreadPoolExecutor asNeeded(String name, int threads) {
		return new ThreadPoolExecutor(0, threads, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
				named(name));
	}

	// A thread that keeps the time. Nothing that may hang belongs there.
	public static ScheduledThreadPoolExecutor clock(String name) {
		ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, named(name));
		clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		clock.allowCoreThreadTimeOut(true);
		clock.setRemoveOnCancelPolicy(true);
		clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return clock;
	}

}
