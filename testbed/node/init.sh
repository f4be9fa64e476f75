#!/bin/sh
# Process 1 of a node's namespaces: `unshare --net --mount --pid --fork init.sh FOLDER`.
#
# Hides the files that a kubelet and containerd would otherwise leave on the machine, writes its
# process id in the outer namespace to FOLDER, and then only waits. When it is killed, the kernel
# ends all processes in the namespaces.
set -eu
dir=$1

# /proc still belongs to the outer namespace.
read -r pid rest </proc/self/stat

mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/netns /run/upper /run/work

# containerd caches CNI results in /var/lib/cni, and the kubelet links logs into
# /var/log/containers. Neither path can be configured.
mount -t overlay -o lowerdir=/var/lib,upperdir=/run/upper,workdir=/run/work overlay /var/lib
mkdir -p /var/lib/cni
mount -t tmpfs tmpfs /var/log
mkdir /var/log/containers /var/log/pods

# The kubelet changes these settings for the whole machine unless they have the values that it
# wants. So it sees files that do.
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  name=${setting%=*}
  mkdir -p "/run/sys/${name%/*}"
  echo "${setting#*=}" >"/run/sys/$name"
  mount --bind "/run/sys/$name" "/proc/sys/$name"
done

# A kubelet needs its mounts to propagate to the containers' namespaces.
mount --make-rshared /

ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward

echo "$pid" >"$dir/init.pid.new"
mv "$dir/init.pid.new" "$dir/init.pid"

trap '' INT TERM HUP
# Reaps orphaned processes while it waits.
while :; do
  sleep 3600 &
  wait $! || :
done
