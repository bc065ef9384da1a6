package dev.braintrust.spring.linkage;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The switches of all projects of an application context.
 */
public final class ProjectSwitches {

	private final Map<String, ProjectSwitch> switches = new ConcurrentHashMap<>();

	public ProjectSwitch of(String key) {
		ProjectSwitch added = new ProjectSwitch(key);
		ProjectSwitch existing = this.switches.putIfAbsent(key, added);
		return (existing != null) ? existing : added;
	}

}
