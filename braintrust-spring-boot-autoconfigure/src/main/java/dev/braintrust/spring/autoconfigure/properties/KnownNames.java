package dev.braintrust.spring.autoconfigure.properties;

import java.beans.PropertyDescriptor;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * The names of the properties that a class binds, without its prefix.
 */
public final class KnownNames {

	private final Set<ConfigurationPropertyName> names = new TreeSet<>();

	private final Set<ConfigurationPropertyName> maps = new TreeSet<>();

	public KnownNames(Class<?> type) {
		add(type, ConfigurationPropertyName.EMPTY);
	}

	private void add(Class<?> type, ConfigurationPropertyName prefix) {
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
			Class<?> propertyType = property.getPropertyType();
			if (propertyType != null && propertyType != Class.class) {
				ConfigurationPropertyName name = prefix.append(DataObjectPropertyName.toDashedForm(property.getName()));
				if (isGroup(propertyType)) {
					add(propertyType, name);
				}
				else {
					(Map.class.isAssignableFrom(propertyType) ? this.maps : this.names).add(name);
				}
			}
		}
	}

	private static boolean isGroup(Class<?> type) {
		return type.getPackage() == KnownNames.class.getPackage() && !type.isEnum();
	}

	public boolean contain(ConfigurationPropertyName name) {
		return this.names.contains(name)
				|| this.maps.stream().anyMatch((map) -> map.equals(name) || map.isAncestorOf(name));
	}

	// Whether a text is the name of a property or of a group of properties.
	boolean beginWith(String element) {
		for (ConfigurationPropertyName name : all()) {
			if (name.getElement(0, Form.UNIFORM).equals(WrittenKeys.uniform(element))) {
				return true;
			}
		}
		return false;
	}

	// All names, in their canonical form.
	public Set<ConfigurationPropertyName> all() {
		Set<ConfigurationPropertyName> all = new TreeSet<>(this.names);
		all.addAll(this.maps);
		return all;
	}

}
