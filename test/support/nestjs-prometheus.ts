/** `@willsoto/nestjs-prometheus` for Jest. */
import * as nestCommon from '@nestjs/common';
import promClient from 'prom-client';
import { cjsOfNest } from './cjs-of-nest.js';

type Package = typeof import('@willsoto/nestjs-prometheus');

export const {
  InjectMetric,
  PrometheusController,
  PrometheusModule,
  getToken,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} = cjsOfNest('@willsoto/nestjs-prometheus/dist/index.js', { '@nestjs/common': nestCommon, 'prom-client': promClient }) as Package;
