@NullMarked
package dev.sluice.adapter.secretsmanager;

import org.jspecify.annotations.NullMarked;
