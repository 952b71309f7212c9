@NullMarked
package dev.sluice.adapter.s3;

import org.jspecify.annotations.NullMarked;
