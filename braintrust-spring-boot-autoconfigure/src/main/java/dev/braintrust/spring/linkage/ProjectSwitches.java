package dev.braintrust.spring.linkage;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The switches of all projects of an application context.
 */
public final class ProjectSwitches {

	private final Map<String, ProjectSwitch> switches = new ConcurrentHashMap<>();

	/**
	 * The switch of a project.
	 * @param key the key of the project
	 * @return the switch
	 */
	public ProjectSwitch of(String key) {
		ProjectSwitch added = new ProjectSwitch(key);
		ProjectSwitch existing = this.switches.putIfAbsent(key, added);
		return (existing != null) ? existing : added;
	}

}
